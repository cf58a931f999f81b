"""Which children are known by a number, or by name and date of birth: blind terms, no personal data."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from services.referral.child import evolve, unknown
from shared.kernel.blind import birth_term, number_term
from shared.kernel.events import Recorded
from shared.kernel.service import Body, View

NUMBERS = {"nhs_number": "NHS_NUMBER", "unique_pupil_number": "UPN"}
NAME_AND_BIRTH = "NAME_AND_BIRTH"


def terms(authority: str, names: Any, born: date | None, identifiers: Any) -> dict[str, str]:
    """Term -> what it rests on. The authority is in each: nothing is found across authorities (X-08)."""
    found = {
        f"{authority} {number_term(kind, identifiers[kind])}": by
        for kind, by in NUMBERS.items()
        if identifiers and identifiers.get(kind)
    }
    birth = birth_term(names or {}, born) if born else None
    return found | ({f"{authority} {birth}": NAME_AND_BIRTH} if birth else {})


def _keys(recorded: Recorded) -> Sequence[str]:
    child = evolve(unknown(recorded.data.child_id), recorded)
    return tuple(terms(recorded.authority, child.name, child.date_of_birth, child.identifiers))


def _project(body: Body | None, recorded: Recorded, key: str) -> Body:
    known = dict((body or {}).get("children", {}))
    known[recorded.data.child_id] = recorded.case_id
    return {"children": dict(sorted(known.items()))}


IDENTITY = View(
    name="identity",
    reads=frozenset({"ChildIdentified", "ChildAgeCorrected"}),
    keys=_keys,
    project=_project,
    opens=True,
    blind=True,
)
