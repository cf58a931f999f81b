"""A file of practitioners: what each line comes to is said before anything is kept, and kept only if all may be."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.cli import app

GOOD = """practitioner_id,name,profession,employer,employer_kind,sector,social_worker,lead_capable,\
attestations,weekly_capacity
p-1,Ada Made-Up,SOCIAL_WORKER,,AUTHORITY,,yes,no,,
p-2,Bel Made-Up,LEARNING_MENTOR,A-SCHOOL,PARTNER,SCHOOL,no,yes,DIRECT_WORK; CHILD_DEVELOPMENT,30
"""
BAD = (
    GOOD
    + """p-3,Cy Made-Up,LEARNING_MENTOR,,PARTNER,SCHOOL,no,no,,
p-4,Di Made-Up,SOCIAL_WORKER,,AUTHORITY,SCHOOL,perhaps,no,,
p-1,Ada Again,SOCIAL_WORKER,,AUTHORITY,,yes,no,,
p-5,Ed Made-Up,SOCIAL_WORKER,,AUTHORITY,,yes,no,,,more
"""
)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A deployment with empty stores."""
    monkeypatch.setenv("TOLDONCE_VAR", str(tmp_path / "var"))
    monkeypatch.setenv("TOLDONCE_DEV", "1")
    assert CliRunner().invoke(app, ["migrate"]).exit_code == 0
    return tmp_path


def imported(desk: Path, text: str, *options: str) -> Result:
    file = desk / "people.csv"
    file.write_text(text, "utf-8")
    return CliRunner().invoke(app, ["practitioners", "import", str(file), "--authority", "WLV", *options])


def told(result: Result) -> dict[str, Any]:
    return json.loads(result.stdout)


def test_a_dry_run_names_every_line_that_would_be_refused_and_keeps_nothing(desk: Path) -> None:
    result = imported(desk, BAD, "--dry-run", "--json")
    assert result.exit_code == 1
    answer = told(result)
    assert (answer["kept"], answer["entered"], answer["refused"]) == (False, 2, 4)
    why = {row["line"]: (row["rule"], row["field"]) for row in answer["lines"] if row["comes_to"] == "refused"}
    assert why[4] == ("SYS-ACC-12", "employer")
    assert why[5] == (None, "social_worker")
    assert why[6] == (None, "practitioner_id")
    assert 7 in why
    assert all(row["why"] for row in answer["lines"] if row["comes_to"] == "refused")
    assert "Made-Up" not in result.output
    assert told(imported(desk, GOOD, "--dry-run", "--json"))["entered"] == 2, "nothing was kept"


def test_a_file_with_one_bad_line_enters_nobody(desk: Path) -> None:
    result = imported(desk, BAD)
    assert result.exit_code == 1
    assert "SYS-ACC-12" in result.stdout
    assert told(imported(desk, GOOD, "--dry-run", "--json"))["unchanged"] == 0


def test_a_good_file_enters_each_once_however_often_it_is_run(desk: Path) -> None:
    assert told(imported(desk, GOOD, "--json"))["kept"] is True
    again = told(imported(desk, "\ufeff" + GOOD, "--json"))
    assert (again["entered"], again["unchanged"], again["refused"]) == (0, 2, 0)
    moved = GOOD.replace("LEARNING_MENTOR", "YOUTH_WORKER")
    assert told(imported(desk, moved, "--json"))["entered"] == 1


def test_a_file_without_the_columns_is_no_such_file(desk: Path) -> None:
    assert "shoe_size" in imported(desk, GOOD.replace("sector", "shoe_size"), "--json").output
    assert "social_worker" in imported(desk, "practitioner_id,name\np-1,Ada\n").output
    assert imported(desk, GOOD + 'p-9,"open\n').exit_code == 2
