"""Counts over many cases on one day: children at a level, and who leads for them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from services.qa.views.words import read_instant
from shared.kernel.calendar import end_of_day
from shared.protocol.leads import FAMILY_LEAD

Row = dict[str, Any]


def at_level(
    rows: Iterable[Mapping[str, Any]], levels: Collection[str], day: date
) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    """The children at one of the levels as a day ended, each with the case's row. rows: of the view of oversight."""
    for row in rows:
        for span in row["levels"]:
            if span["level"] in levels and _lasts(span, day):
                yield span, row


def leads_of_level(rows: Iterable[Mapping[str, Any]], levels: Collection[str], day: date) -> Row:
    """How many children at these levels are led from inside the authority, by which sectors else, and by nobody."""
    inside: Counter[str] = Counter()
    sectors: Counter[str] = Counter()
    nobody = 0
    for span, row in at_level(rows, levels, day):
        lead = _lead(row, span["child_id"], day)
        if lead is None:
            nobody += 1
        elif lead["employer_kind"] == "PARTNER":
            sectors[lead["sector"] or "UNKNOWN"] += 1
        else:
            inside[lead["employer_kind"] or "UNKNOWN"] += 1
    led = inside.total() + sectors.total()
    return {
        "children": led + nobody,
        "inside": dict(sorted(inside.items())),
        "partners": dict(sorted(sectors.items())),
        "without_lead": nobody,
        "share_inside": None if not led else round(inside.total() / led, 4),
    }


def _lead(row: Mapping[str, Any], child_id: str, day: date) -> Mapping[str, Any] | None:
    # The lead practitioner is the family's; one allocated for this child comes first.
    leads = [lead for lead in row["leads"] if lead["role"] == FAMILY_LEAD and _lasts(lead, day)]
    return max(leads, key=lambda lead: (child_id in lead["child_ids"], lead["from"]), default=None)


def _lasts(span: Mapping[str, Any], day: date) -> bool:
    moment = end_of_day(day)
    begun, ended = read_instant(span["from"]), read_instant(span["until"])
    return begun is not None and begun <= moment and (ended is None or ended > moment)
