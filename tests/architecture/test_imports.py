"""Imports point one way: the contracts of .importlinter hold, and each is seen to break where it is broken."""

import configparser
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.checks import PRODUCT, ROOT, is_replay, python_files

RUN = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"

PLANTED: list[tuple[str, str, str]] = [
    ("the-house", "shared/kernel/planted.py", "import services.referral.events"),
    ("the-house", "shared/http/planted.py", "import deploy.settings"),
    ("the-house", "services/qa/decisions/planted.py", "import deploy.settings"),
    ("the-house", "deploy/planted.py", "import contracts.readers"),
    ("services-are-strangers", "services/planning/reactions.py", "import services.referral.events"),
    ("services-are-strangers", "services/referral/decisions/planted.py", "import services.allocation.case"),
    ("inside-a-service", "services/referral/events.py", "import services.referral.referral"),
    ("inside-a-service", "services/referral/referral.py", "import services.referral.child"),
    ("inside-a-service", "services/referral/child.py", "import services.referral.decisions.ages"),
    ("inside-a-service", "services/referral/decisions/planted.py", "import services.referral.views.cases"),
    ("inside-a-service", "services/planning/views/planted.py", "import services.planning.reactions"),
    ("inside-a-service", "services/planning/reactions.py", "import services.planning.api"),
    ("inside-a-service", "services/allocation/api.py", "import services.allocation.service"),
    ("inside-a-service", "services/allocation/planted.py", ""),
    ("all-services-are-listed", "services/planted.py", ""),
    ("inside-shared", "shared/kernel/planted.py", "import shared.protocol.load"),
    ("inside-shared", "shared/protocol/planted.py", "import shared.store.store"),
    ("inside-shared", "shared/store/planted.py", "import shared.access.policy"),
    ("inside-shared", "shared/access/planted.py", "import shared.http.problems"),
    ("inside-shared", "shared/bus/planted.py", "import shared.log.tree"),
    ("inside-shared", "shared/http/planted.py", "import shared.bus.relay"),
    ("inside-shared", "shared/planted.py", ""),
    ("no-framework-inside", "shared/kernel/planted.py", "import fastapi"),
    ("no-framework-inside", "shared/protocol/planted.py", "from starlette.requests import Request"),
    ("no-framework-inside", "services/referral/events.py", "import eventsourcing.domain"),
    ("no-framework-inside", "services/planning/case.py", "import sqlite3"),
    ("no-framework-inside", "services/qa/decisions/planted.py", "import httpx2"),
    # Also through another module of ours.
    ("no-framework-inside", "services/qa/decisions/planted.py", "import shared.http.problems"),
    ("replay-asks-no-rules", "services/qa/events.py", "import shared.protocol.load"),
    ("replay-asks-no-rules", "services/allocation/practitioner.py", "from shared.protocol import facts"),
    ("one-store", "shared/log/planted.py", "import sqlite3"),
    ("one-store", "services/qa/views/planted.py", "import psycopg.rows"),
    ("one-store", "deploy/planted.py", "import eventsourcing.postgres"),
    ("one-way-out", "shared/bus/planted.py", "import kafka"),
    ("one-way-out", "deploy/planted.py", "from kafka.errors import KafkaError"),
]


def _contracts() -> dict[str, configparser.SectionProxy]:
    read = configparser.ConfigParser()
    read.read(ROOT / ".importlinter")
    return {name.rsplit(":", 1)[1]: read[name] for name in read.sections() if ":contract:" in name}


def _said(tree: Path, contract: str | None = None) -> tuple[int, str]:
    """(exit code, output) of the import linter on a tree."""
    only = ["--contract", contract] if contract else []
    told = subprocess.run(
        [sys.executable, "-c", RUN, "--no-cache", *only], cwd=tree, capture_output=True, text=True, check=False
    )
    return told.returncode, told.stdout + told.stderr


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all that the contracts speak of."""
    copied = tmp_path_factory.mktemp("tree")
    shutil.copy(ROOT / ".importlinter", copied)
    for folder in PRODUCT:
        shutil.copytree(
            ROOT / folder,
            copied / folder,
            ignore=lambda at, names: [name for name in names if Path(name).suffix and not name.endswith(".py")],
        )
    return copied


def test_every_import_points_the_right_way(tree: Path):
    code, said = _said(tree)
    assert code == 0, said
    assert f"Contracts: {len(_contracts())} kept, 0 broken." in said


@pytest.mark.parametrize("contract, path, planted", PLANTED, ids=[f"{c}-{n}" for n, (c, *_) in enumerate(PLANTED)])
def test_a_planted_import_breaks_its_contract(tree: Path, contract: str, path: str, planted: str):
    file = tree / path
    before = file.read_text() if file.exists() else None
    file.write_text(f"{before or ''}\n{planted}\n")
    try:
        code, said = _said(tree, contract)
    finally:
        if before is None:
            file.unlink()
        else:
            file.write_text(before)
    assert code == 1, said
    assert "BROKEN" in said, said


def test_every_contract_has_a_planted_violation():
    assert {contract for contract, *_ in PLANTED} == set(_contracts())


def test_every_state_is_in_the_contracts_about_states():
    """A layer is found missing by itself; the two lists of states are plain lists, and are compared here."""
    found = {path.removesuffix(".py").replace("/", ".") for path in python_files("services") if is_replay(path)}
    states = {module for module in found if not module.endswith(".events")}
    for name in ("no-framework-inside", "replay-asks-no-rules"):
        listed = set(_contracts()[name]["source_modules"].split())
        assert states <= listed, states - listed
        assert "services.*.events" in listed


def test_every_package_of_ours_is_under_the_contracts():
    read = configparser.ConfigParser()
    read.read(ROOT / ".importlinter")
    here = {file.parent.name for file in ROOT.glob("*/__init__.py")}
    assert here - {"tests"} <= set(read["importlinter"]["root_packages"].split())
    assert re.search(r"include_external_packages\s*=\s*True", (ROOT / ".importlinter").read_text())
