"""What the documents say is still so: links lead somewhere, files, targets and addresses exist, tables are fresh."""

import json
import re

import pytest

from deploy import pages
from deploy.settings import Settings
from tests.architecture.checks import ROOT

GENERATED = {"docs/rules.md"}
DOCUMENTS = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))
}
WRITTEN = sorted(set(DOCUMENTS) - GENERATED)
RECORDS = sorted(path.name for path in (ROOT / "docs/adr").glob("*.md"))
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
HEALTH = {"healthz", "readyz", "metrics", "openapi.json"}


def _missing_links(path: str, text: str) -> list[str]:
    places = re.findall(r"\]\((?!https?:|mailto:|#)([^)#]+)", text)
    return [place for place in places if not ((ROOT / path).parent / place).exists()]


def _missing_files(text: str) -> list[str]:
    named = re.findall(r"`((?:shared|services|deploy|contracts|tests|docs)/[\w./-]+)`", text)
    return [name for name in named if not (ROOT / name).exists()]


def _missing_targets(text: str) -> list[str]:
    return [name for name in re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE) if name not in TARGETS]


def _operations() -> set[tuple[str, str]]:
    found = set()
    for file in (ROOT / "contracts/openapi").glob("*.json"):
        for path, methods in json.loads(file.read_text(encoding="utf-8"))["paths"].items():
            found |= {(method.upper(), re.sub(r"\{\w+\}", "{}", path)) for method in methods}
    return found


def _missing_operations(text: str, there: set[tuple[str, str]]) -> list[str]:
    named = re.findall(r"`(GET|POST|PUT) (/\w+/v1/[\w/{}-]+)", text)
    return [f"{method} {path}" for method, path in named if (method, re.sub(r"\{\w+\}", "{}", path)) not in there]


@pytest.mark.parametrize("path", DOCUMENTS)
def test_a_document_names_only_what_is_there(path: str):
    text = DOCUMENTS[path]
    missing = [*_missing_links(path, text), *_missing_files(text), *_missing_targets(text)]
    missing += _missing_operations(text, _operations())
    assert not missing


def test_what_is_not_there_is_found():
    assert _missing_links("docs/for-partners.md", "[a](../NOTHING.md) [b](for-councils.md)") == ["../NOTHING.md"]
    assert _missing_files("`shared/nothing.py` and `shared/store/store.py`") == ["shared/nothing.py"]
    assert _missing_targets("`make nothing` and `make run`\nmake neither") == ["nothing", "neither"]
    there = {("GET", "/qa/v1/cases/{}")}
    assert _missing_operations("`GET /qa/v1/cases/{case_id}` `POST /qa/v1/cases`", there) == ["POST /qa/v1/cases"]


def test_the_tables_are_as_the_code_is():
    assert pages.stale() == []


def test_a_stale_table_is_found_and_a_page_without_a_place_is_refused():
    page = DOCUMENTS["docs/operations.md"]
    assert pages.fresh(page, "settings", "| other |\n") != page
    with pytest.raises(ValueError):
        pages.fresh("# A page\n", "settings", pages.settings())


def test_every_setting_says_what_it_is_for():
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_records_are_numbered_without_a_gap_and_have_one_shape():
    assert [name[:4] for name in RECORDS] == [f"{number:04}" for number in range(1, len(RECORDS) + 1)]
    for name in RECORDS:
        text = (ROOT / "docs/adr" / name).read_text(encoding="utf-8")
        assert text.startswith(f"# {int(name[:4])}. "), name
        assert re.findall(r"^\*\*(\w+)\.\*\*", text, re.MULTILINE) == ["Context", "Decision", "Consequences"], name


@pytest.mark.parametrize("path", WRITTEN)
def test_lines_are_wrapped(path: str):
    code = False
    for number, line in enumerate(DOCUMENTS[path].splitlines(), 1):
        code ^= line.startswith("```")
        if not code and not line.startswith(("|", "<!--")):
            assert len(line) <= 120, f"{path}:{number}"
