"""The documents are sound by the linter's rules, and the linter does find what is not."""

import json
from pathlib import Path

import pytest

from contracts.linter import ROOT, documents, run_linter

DOCUMENTS = documents(ROOT / "contracts")


def test_each_service_has_both_documents() -> None:
    """AsyncAPI for its letters, OpenAPI for its edge."""
    assert len(DOCUMENTS) == 8


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_a_document_is_sound(document: Path) -> None:
    """No finding at all: a warning that nobody heeds hides the next one."""
    ran = run_linter("lint", document, "--format=stylish", quiet=True)
    assert (ran.returncode, ran.stdout) == (0, ""), ran.stdout


def test_an_operation_without_security_is_found(tmp_path: Path) -> None:
    """The linter runs with our rules, not with none."""
    bare = {"get": {"operationId": "Read", "responses": {"200": {"description": "Read."}}}}
    document = tmp_path / "bare.json"
    document.write_text(
        json.dumps({"openapi": "3.1.0", "info": {"title": "Bare", "version": "1"}, "paths": {"/bare": bare}})
    )
    ran = run_linter("lint", document, "--format=stylish", quiet=True)
    assert ran.returncode == 1
    assert "security-defined" in ran.stdout
