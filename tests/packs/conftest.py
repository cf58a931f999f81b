"""A pack with one of its open questions answered the other way."""

import shutil
from datetime import UTC, datetime

import pytest

from shared.protocol import load
from shared.protocol.load import protocol_of

NOW = datetime(2026, 4, 2, 10, tzinfo=UTC)


@pytest.fixture
def switched(tmp_path):
    """Wolverhampton, with one switch of its pack, and of the national one if it has it, set otherwise."""

    def of(name: str, value: str):
        for folder in ("wolverhampton", "national"):
            shutil.copytree(load.PACKS / folder, tmp_path / folder)
            for path in (tmp_path / folder).rglob("*.toml"):
                path.write_text(_set(path.read_text("utf-8"), name, value), "utf-8")
        return protocol_of("WLV", NOW, (tmp_path,))

    return of


def _set(text: str, name: str, value: str) -> str:
    before, found, after = text.partition(f"[switches.{name}]")
    lines = after.splitlines(keepends=True)
    place = next((place for place, line in enumerate(lines) if line.startswith("value = ")), None)
    if not found or place is None:
        return _set_inline(text, name, value)
    lines[place] = f'value = "{value}"\n'
    return before + found + "".join(lines)


def _set_inline(text: str, name: str, value: str) -> str:
    """The same in a pack that is written on single lines, as a nudged one is."""
    head, found, tail = text.partition(f'"{name}" = {{ ')
    start, key, rest = tail.partition('"value" = "')
    return f'{head}{found}{start}{key}{value}"{rest.partition(chr(34))[2]}' if found and key else text
