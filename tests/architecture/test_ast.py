"""The house rules that are about our own source: each check finds nothing here, and finds what is planted for it."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable

import pytest

from shared.http.logs import FIELDS
from tests.architecture import checks
from tests.architecture.checks import PRODUCT, ROOT, Sources, python_files

CODE = python_files(*PRODUCT)
TESTS = python_files("tests")
SYSTEM = [rule["id"] for rule in tomllib.loads((ROOT / "shared/protocol/packs/system.toml").read_text())["rule"]]
PUBLISHED = [rule["id"] for rule in json.loads((ROOT / "tests/data/rules.json").read_text())]
STANDARD = frozenset(sys.stdlib_module_names)


def _ids_of_test_packs() -> Iterable[str]:
    for pack in (ROOT / "tests/packs").rglob("*.toml"):
        yield from _values(tomllib.loads(pack.read_text()))


def _values(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _values(inner)
    elif isinstance(value, str):
        yield value


# What the rulebook says of every authority at once; these stand in no list of one authority's rules.
ACROSS = [f"X-{number:02}" for number in range(1, 10)]
KNOWN = {*ACROSS, *SYSTEM, *PUBLISHED, *_ids_of_test_packs()}

CHECKS: dict[str, Callable[[Sources], Iterable[str]]] = {
    "authority_names": checks.authority_names,
    "protocol_ids": checks.protocol_ids,
    "impurities": checks.impurities,
    "foreign_imports": lambda sources: checks.foreign_imports(sources, STANDARD),
    "asks_rules": checks.asks_rules,
    "vague_names": checks.vague_names,
    "long_files": checks.long_files,
    "talkative": lambda sources: checks.talkative(sources, FIELDS),
    "unfinished": checks.unfinished,
    "stubs": checks.stubs,
}
"""Checks on the product's source."""

TEST_CHECKS: dict[str, Callable[[Sources], Iterable[str]]] = {
    "left_out": checks.left_out,
    "unfinished": checks.unfinished,
    "unknown_rules": lambda sources: checks.unknown_rules(sources, KNOWN),
}
"""Checks on the tests' source."""

# Written in two halves where the planted thing would be found in this file too.
PLANTED: list[tuple[str, str, str]] = [
    ("authority_names", "services/qa/views/x.py", 'if authority == "WLV": pass'),
    ("authority_names", "services/qa/views/x.py", "# Walsall wants it otherwise"),
    ("authority_names", "deploy/x.py", 'CODES = ("BRS",)'),
    ("protocol_ids", "services/referral/decisions/x.py", 'RULE = "NAT-REF-01"'),
    ("protocol_ids", "shared/kernel/x.py", "# as SAW-THR-02 says"),
    ("impurities", "services/referral/decisions/x.py", "now = datetime.now(UTC)"),
    ("impurities", "services/referral/referral.py", "day = date.today()"),
    ("impurities", "services/planning/events.py", "import time"),
    ("impurities", "services/qa/reactions.py", "from uuid import uuid4"),
    ("impurities", "services/qa/views/x.py", "import random"),
    ("impurities", "shared/kernel/x.py", 'import os\nplace = os.environ["HOME"]'),
    ("impurities", "shared/protocol/x.py", 'text = open("pack.toml").read()'),
    ("impurities", "shared/protocol/load.py", "at = datetime.now(UTC)"),
    ("foreign_imports", "services/qa/decisions/x.py", "import numpy"),
    ("foreign_imports", "shared/kernel/x.py", "from sqlalchemy.orm import Session"),
    ("asks_rules", "services/planning/plan.py", "from shared.protocol.load import protocol_of"),
    ("asks_rules", "services/qa/events.py", "import shared.protocol.blocks"),
    ("vague_names", "shared/store/utils.py", ""),
    ("vague_names", "services/qa/date_helpers.py", ""),
    ("vague_names", "shared/core/x.py", ""),
    ("vague_names", "shared/store/x.py", "class BaseStore: ..."),
    ("vague_names", "shared/store/x.py", "class ConnectionManager: ..."),
    ("vague_names", "shared/store/x.py", "class AbstractReader: ..."),
    ("long_files", "services/qa/api.py", "x = 1\n" * 321),
    ("long_files", "services/qa/events.py", "x = 1\n" * 421),
    ("talkative", "services/qa/api/x.py", 'print("hello")'),
    ("talkative", "shared/bus/x.py", 'log.info("received", child=child)'),
    ("talkative", "shared/bus/x.py", 'log.info("received", source=child.surname)'),
    ("talkative", "shared/bus/x.py", 'log.info(f"received {surname}")'),
    ("talkative", "shared/bus/x.py", 'raise ValueError(f"{child.nhs_number} is not a number")'),
    ("talkative", "shared/bus/x.py", "raise ValueError(f\"{row['postcode']} is unknown\")"),
    ("unfinished", "shared/bus/x.py", "x = 1  # TO" + "DO: the rest"),
    ("stubs", "shared/bus/x.py", "raise NotImplementedError"),
    ("left_out", "tests/api/test_x.py", "@pytest.mark.sk" + "ip\ndef test_x(): ..."),
    ("left_out", "tests/api/test_x.py", "pytest.importorskip('kafka')"),
    ("left_out", "tests/api/test_x.py", "@pytest.mark.xfail(reason='later')\ndef test_x(): ..."),
    ("unknown_rules", "tests/api/test_x.py", "@pytest.mark.rule('SYS-NONE-99')\ndef test_x(): ..."),
]

FINE: list[tuple[str, str, str]] = [
    ("vague_names", "services/planning/events.py", "class CoreGroupMeetingHeld: ..."),
    ("vague_names", "services/allocation/events.py", "class AccountableManagerChanged: ..."),
    ("impurities", "services/qa/api.py", "import asyncio"),
    ("impurities", "services/qa/clock.py", "from uuid import NAMESPACE_OID, uuid5"),
    ("asks_rules", "services/planning/reactions.py", "from shared.protocol.facts import first"),
    ("talkative", "shared/bus/x.py", 'log.info("gap filled", source=page.source, count=3)'),
    ("protocol_ids", "shared/kernel/calendar.py", "# the rules are CAL-1 and X-03"),
]


def _listed(findings: Iterable[str]) -> str:
    return "\n" + "\n".join(findings)


@pytest.mark.parametrize("name", CHECKS)
def test_the_product_keeps_the_house_rules(name):
    found = list(CHECKS[name](CODE))
    assert not found, _listed(found)


@pytest.mark.parametrize("name", TEST_CHECKS)
def test_the_tests_keep_the_house_rules(name):
    found = list(TEST_CHECKS[name](TESTS))
    assert not found, _listed(found)


@pytest.mark.parametrize("name, path, text", PLANTED, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(PLANTED)])
def test_a_planted_violation_is_found(name, path, text):
    assert list((CHECKS | TEST_CHECKS)[name]({path: text}))


@pytest.mark.parametrize("name, path, text", FINE, ids=[f"{name}-{n}" for n, (name, *_) in enumerate(FINE)])
def test_what_is_allowed_is_not_found(name, path, text):
    assert not list((CHECKS | TEST_CHECKS)[name]({path: text}))


def test_every_check_has_a_planted_violation():
    assert {name for name, *_ in PLANTED} == {*CHECKS, *TEST_CHECKS}


def test_a_rule_of_the_product_stands_once_in_code_and_once_in_the_pack():
    found = list(checks.system_ids(CODE, SYSTEM))
    assert not found, _listed(found)


@pytest.mark.parametrize(
    "code, listed",
    [
        ({"a.py": 'rule="SYS-A-01"\nrule="SYS-A-01"'}, ["SYS-A-01"]),
        ({"a.py": 'rule="SYS-A-01"', "b.py": "# SYS-A-01"}, ["SYS-A-01"]),
        ({"a.py": 'rule="SYS-A-01"'}, []),
        ({"a.py": 'rule="SYS-A-01"'}, ["SYS-A-01", "SYS-A-01"]),
        ({}, ["SYS-A-01"]),
    ],
)
def test_a_rule_of_the_product_that_is_elsewhere_too_is_found(code, listed):
    assert list(checks.system_ids(code, listed))


def test_every_rule_of_the_product_is_named_by_a_test():
    found = list(checks.unnamed_rules(SYSTEM, TESTS))
    assert not found, _listed(found)


def test_a_rule_that_no_test_names_is_found():
    tests = {"tests/test_x.py": '@pytest.mark.rule("SYS-A-01")\ndef test_x(): ...'}
    assert list(checks.unnamed_rules(["SYS-A-01", "SYS-A-02"], tests)) == ["SYS-A-02: no test is marked with it"]


def _texts() -> dict[str, str]:
    """Every text file that belongs to the repository: those known to git and those not ignored by it."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    names = told.stdout.decode().split("\0") if told.returncode == 0 else list(python_files(*PRODUCT, "tests"))
    ends = (".py", ".md", ".toml", ".sh", ".yaml", ".yml", ".cfg", ".in", ".lock", ".properties", ".xml")
    files = (ROOT / name for name in names if name.endswith(ends) or name in ("Makefile", ".importlinter", ".ci/run"))
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files if file.is_file()}


def test_nothing_names_a_folder_of_one_machine():
    found = list(checks.machine_paths(_texts()))
    assert not found, _listed(found)


def test_a_folder_of_one_machine_is_found():
    assert list(checks.machine_paths({"x.py": 'PLACE = "/ho' + 'me/somebody/project"'}))
