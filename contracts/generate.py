"""Writes the contracts from the code: a JSON Schema for each event, AsyncAPI and OpenAPI for each service.

`python -m contracts.generate` writes them; with `--check` it writes nothing, names what is stale and fails.
"""

import argparse
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from contracts.events_api import events_api
from contracts.letter_schema import ENVELOPE_FILE, envelope_schema, event_schema, schema_file
from deploy.documented import documented
from deploy.services import SERVICES
from shared.kernel.service import Service

HERE = Path(__file__).parent
ROOT = HERE.parent
FOLDERS = ("schemas", "asyncapi", "openapi")


def schemas(services: Mapping[str, Service]) -> dict[str, Any]:
    """Every schema by the path of its file below `contracts/`: the envelope's, and one for each event."""
    return {f"schemas/{ENVELOPE_FILE}": envelope_schema()} | {
        f"schemas/{schema_file(f'{service.name}.{event.title()}', event.version)}": event_schema(service.name, event)
        for service in services.values()
        for event in service.events
    }


def contracts(services: Mapping[str, Service]) -> dict[str, Any]:
    """Every generated document by the path of its file below `contracts/`."""
    topics = tomllib.loads((ROOT / "deploy/topics.toml").read_text())
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    documents = schemas(services)
    there = {Path(path).name for path in documents}
    for name, service in services.items():
        documents[f"asyncapi/{name}.json"] = events_api(service, services, topics, version, there)
        documents[f"openapi/{name}.json"] = documented(name)
    return documents


def written(document: Any) -> str:
    """A document as text: keys in order, so that a diff shows what changed and nothing else."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def stale(folder: Path, wanted: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the files of a folder, a line each: missing, out of date, or of nothing that is there.

    A schema of an earlier version of an event stays for ever, as letters of that version do.
    """
    for path, text in sorted(wanted.items()):
        file = folder / path
        if not file.exists():
            yield f"missing: {path}"
        elif file.read_text(encoding="utf-8") != text:
            yield f"out of date: {path}"
    for path in leftover(folder, wanted):
        yield f"of nothing that is there: {path}"


def leftover(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """Generated files that nothing stands behind any more, earlier versions of an event excepted."""
    found = (file.relative_to(folder).as_posix() for sub in FOLDERS for file in (folder / sub).rglob("*.json"))
    return sorted(path for path in found if path not in wanted and not _earlier(path, wanted))


def write(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """Writes what differs and removes what is left over. Gives the paths touched."""
    touched = leftover(folder, wanted)
    for path in touched:
        (folder / path).unlink()
    for path, text in sorted(wanted.items()):
        file = folder / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            touched.append(path)
    return touched


def _earlier(path: str, wanted: Mapping[str, str]) -> bool:
    this, now = _versioned(path), [_versioned(other) for other in wanted]
    return this is not None and any(it is not None and it[0] == this[0] and it[1] > this[1] for it in now)


def _versioned(path: str) -> tuple[str, int] | None:
    parts = re.fullmatch(r"(.+)\.v(\d+)\.json", path)
    return (parts[1], int(parts[2])) if parts else None


def main(argv: Sequence[str]) -> int:
    """The command. Gives the exit code: 1 where `--check` finds something stale."""
    parser = argparse.ArgumentParser(prog="python -m contracts.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is stale")
    wanted = {path: written(document) for path, document in contracts(SERVICES).items()}
    if parser.parse_args(argv).check:
        lines = list(stale(HERE, wanted))
        for line in lines:
            print(f"contracts: {line}", file=sys.stderr)
        if lines:
            print("contracts: run `make contracts`, read the diff, commit it", file=sys.stderr)
        return 1 if lines else 0
    touched = write(HERE, wanted)
    print("\n".join(touched) if touched else "contracts: nothing changed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
