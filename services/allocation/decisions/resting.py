"""The managers' conversation that an allocation rests on: whether it is the right one, and what it decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.allocation.decisions.waiting import request_of
from shared.kernel.beliefs import Told
from shared.protocol.facts import first
from shared.protocol.gaps import lacking_by
from shared.protocol.leads import Lead
from shared.protocol.linked import Matter
from shared.protocol.patterns import values

HELD = "allocation.IMCHeld"


def conversation(matter: Matter, imc_id: str | None) -> Told | None:
    """The record of a conversation about this family, as it counts now; None if the id is of none.

    imc_id: of the record, or of the form that it and every correction of it are.
    """
    basis = matter.basis(imc_id) if imc_id else None
    if basis is not None and basis.name == HELD:
        return basis
    forms = (fact for fact in reversed(matter.facts) if fact.name == HELD and first(fact.data, "form_id") == imc_id)
    return next(forms, None) if imc_id else None


def of_the_family(held: Told | None, before: Lead | None) -> dict[str, Any]:
    """What the rows ask of a conversation, by the packs' words.

    imc_for_change: whether it agreed a change of lead since the last one; imc_attendees: post -> whether a social
    worker attended in it.
    """
    if held is None:
        return {"imc": None, "imc_for_change": "NONE"}
    return {
        "imc": held.event_id,
        "imc_reasons": list(values(held.data, "reasons")),
        "imc_for_change": _for_change(held, before),
        "imc_attendees": _attendees(held),
        "qualification_needed": first(held.data, "qualification_needed"),
    }


def of_the_child(matter: Matter, held: Told | None, child_id: str, level: str | None) -> dict[str, Any]:
    """What the rows ask of a conversation about one child.

    imc_fits: whether it was held after the request for this child's lead, for its reason; imc_gaps: the rules by which
    its record lacks something; imc_level: whether it put the child at another level than was determined.
    """
    request = request_of(matter, child_id)
    reason = first(request.data, "reason_code") if request is not None else None
    if held is None:
        return {"imc_fits": "NONE", "request": reason}
    gaps = {rule for one in matter.linked.ids_of(child_id) for rule in lacking_by(matter.facts, held.event_id, one)}
    return {
        "imc_fits": _fits(held, request, reason),
        "request": reason,
        "imc_gaps": sorted(gaps),
        "imc_level": _level(matter, held, child_id, level),
    }


def is_since(held: Told | None, fact: Told | None) -> bool:
    """Whether a conversation was held after something happened."""
    return held is not None and (fact is None or held_at(held) >= fact.occurred_at)


def competences_asked(matter: Matter) -> tuple[str, ...]:
    """What the last conversation that said so asks of whoever is to do the work."""
    asked = (tuple(values(fact.data, "required_competences")) for fact in _held_in(matter))
    return next((codes for codes in asked if codes), ())


def held_at(held: Told) -> datetime:
    """When it took place, which may be before it was recorded."""
    at = first(held.data, "held_at")
    return at if isinstance(at, datetime) else datetime.fromisoformat(at) if at else held.occurred_at


def _held_in(matter: Matter) -> Sequence[Told]:
    return sorted((fact for fact in matter.facts if fact.name == HELD), key=held_at, reverse=True)


def _fits(held: Told, request: Told | None, reason: str | None) -> str:
    if request is None:
        return "FITS"
    if not is_since(held, request):
        return "OLDER"
    return "FITS" if reason in values(held.data, "reasons") else "OTHER_REASON"


def _for_change(held: Told, before: Lead | None) -> str:
    if before is not None and held_at(held) < before.since:
        return "OLDER"
    return "AGREED" if first(held.data, "lead_change") is True else "NOT_AGREED"


def _attendees(held: Told) -> dict[str, bool]:
    posts: dict[str, bool] = {}
    for one in values(held.data, "attendees"):
        post, social_worker = first(one, "role"), first(one, "social_worker")
        if post:
            posts[post] = posts.get(post, False) or social_worker is True
    return posts


def _level(matter: Matter, held: Told, child_id: str, level: str | None) -> str:
    ids = matter.linked.ids_of(child_id)
    seen = {first(held.data, "child_decisions[].classification", one) for one in ids} - {None}
    if not seen or level is None:
        return "NONE"
    return "SAME" if level in seen else "DIFFERS"
