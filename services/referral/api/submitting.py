"""Taking a referral in: a worry is read as far as it can be, and whoever is turned away is put on a list to be rung."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from typing import Any

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from services.referral.api.around import agency_of, linked_cases, own_facts, proposals
from services.referral.decisions.around import Around
from services.referral.decisions.submit_referral import SubmitReferral
from services.referral.decisions.turn_away import resent, turn_away
from services.referral.turned_away import TurnedAway
from services.referral.views.turned_away import OPEN
from shared.access.desks import front_door_desks, sits_at
from shared.http.command import Deciding
from shared.http.guards import BadBody
from shared.http.house import House
from shared.http.misfits import spoken
from shared.http.perform import EARLY
from shared.http.problems import ProblemError
from shared.kernel.act import Act
from shared.kernel.events import Fact, Recorded
from shared.kernel.refusal import Refused
from shared.kernel.stamp import Decided, stamp
from shared.protocol.protocol import Protocol
from shared.store.append import Append
from shared.store.projector import find_any, find_rows
from shared.store.store import Store

CONCERN = "SAFEGUARDING_CONCERN"
ROUNDS = 50
LISTED = 20
"""Entries of a list that are named one by one where they do not fit; behind them, the list is."""
TOO_MANY = 429
MARKS = ("immediate_risk", "risk_of_significant_harm", "s47_criteria")


def at_once(raw: Any, protocol: Protocol) -> bool:
    """A worry is taken at once in every authority."""
    return is_worry(raw)


def is_worry(raw: Any) -> bool:
    """Whether a body speaks of harm: a safeguarding concern, or any mark of danger that does not say no."""
    if not isinstance(raw, dict):
        return False
    # However it is spelled: a concern in small letters is one all the same.
    kind = "_".join(re.findall("[A-Z]+", str(raw.get("request_kind")).upper()))
    return kind == CONCERN or any(raw.get(mark) not in (None, False) for mark in MARKS)


def parse(deciding: Deciding) -> SubmitReferral:
    """The form. Of a worry every part that does not fit is left out and named. Raises BadBody, ProblemError (422)."""
    raw = deciding.raw
    if not isinstance(raw, dict):
        raise BadBody("not_object")
    try:
        taken = SubmitReferral.model_validate(raw)
    except ValidationError as wrong:
        if not is_worry(raw):
            raise ProblemError.from_validation(wrong, raw) from None
        taken = _salvaged(raw)
    if is_worry(raw) and taken.occurred_at and taken.occurred_at > deciding.house.now() + EARLY:
        ahead = ("#/occurred_at", "future")
        taken = taken.model_copy(update={"occurred_at": None}).taken_with((*taken.misfits, ahead), raw)
    return taken


def _salvaged(raw: dict[str, Any]) -> SubmitReferral:
    left: Any = _copied(raw)
    misfits: dict[tuple[str, str], None] = {}
    for _ in range(ROUNDS):
        try:
            return SubmitReferral.model_validate(left).taken_with(tuple(misfits), raw)
        except ValidationError as wrong:
            # From the last to the first: taking one out of a list moves those behind it.
            for error in reversed(wrong.errors(include_url=False, include_input=False)):
                where = tuple(error["loc"])
                fault = spoken([{**error, "loc": ("body", *_named(where))}])[0]
                misfits.setdefault((fault["pointer"], fault["code"]))
                kept = error.get("ctx", {}).get("max_length") if error["type"] == "too_long" else None
                _take_out(left, where, kept)
    # Nothing of it can be read as the form: it is kept whole, as it was sent.
    return SubmitReferral().taken_with(tuple(misfits), raw)


def _named(where: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The place as it is named as missing: in a long list, the list. All that was sent is kept as it was sent."""
    far = (place for place, step in enumerate(where) if isinstance(step, int) and step >= LISTED)
    return where[: next(far, len(where))]


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _copied(inner) for name, inner in value.items()}
    return [_copied(inner) for inner in value] if isinstance(value, list) else value


def _take_out(value: Any, where: Sequence[str | int], most: int | None = None) -> None:
    """Take out of a body what stands at a place; for a place that is not there, what it stands in.

    In place: a body of a megabyte may have a hundred thousand fields that are not ours.
    most: of a list that is only too long, how many are left in it.
    """
    way: list[tuple[Any, str | int]] = []
    for step in where:
        if not _has(value, step):
            most = None
            break
        way.append((value, step))
        value = value[step]
    if most and isinstance(value, list):
        del value[most:]
    elif way:
        holder, step = way[-1]
        del holder[step]


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, dict):
        return isinstance(step, str) and step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)


async def prepare(deciding: Deciding) -> None:
    """Proposals for the children, open early support of theirs, and the review that the referral names."""
    command: SubmitReferral = deciding.body
    store, authority = deciding.store, str(deciding.caller.authority)
    said: dict[str, tuple[Any, date | None, Any]] = {
        str(place): (
            {"first_name": child.first_name or "", "surname": child.surname or ""},
            child.date_of_birth,
            {"nhs_number": child.nhs_number, "unique_pupil_number": child.unique_pupil_number},
        )
        for place, child in enumerate(command.children)
    }
    matches = await proposals(store, authority, said)
    cases = await linked_cases(deciding, {match.other_case_id for match in matches})
    facts = await own_facts(deciding, cases) if cases else ()
    await deciding.believe(*cases)
    deciding.extra["around"] = Around(
        matches=matches,
        cases={match.other_child_id: match.other_case_id for match in matches},
        facts=facts,
        agency=agency_of(deciding),
        agency_reference_hash=reference_hash(store, deciding.caller.agency, command.agency_reference),
    )


def reference_hash(store: Store, agency: str | None, reference: str | None) -> str | None:
    """An agency's own reference as it is found again, telling nobody what it was."""
    return store.keyring.blind(f"reference {agency} {reference}") if reference else None


def answer(deciding: Deciding, recorded: Sequence[Recorded]) -> dict[str, Any]:
    """What the sender learns: its id, by when a decision is due and by which rule, and its own reference back."""
    received = recorded[0]
    referral_id = received.stream.split("/", 1)[1]
    due = sorted((clock.due_at, clock.rule) for clock in received.clocks)
    # Who is known here already is told to the front door, and to nobody else who sends a referral.
    assert deciding.protocol is not None
    at_the_desk = sits_at(deciding.caller.appointments, front_door_desks(deciding.protocol))
    matches = deciding.extra["around"].matches if at_the_desk else ()
    said: dict[str, Any] = {
        "referral_id": referral_id,
        "case_id": received.case_id,
        "status": "RECEIVED",
        "decision_due_at": due[0][0] if due else None,
        "decision_due_rule": due[0][1] if due else None,
        "acknowledged_at": received.data.acknowledged_at,
        "headers": {"Location": f"/referral/v1/referrals/{referral_id}"},
    }
    if deciding.body.agency_reference:
        said["agency_reference"] = deciding.body.agency_reference
    if deciding.caller.person_id:
        said["child_ids"] = received.child_ids
        said["matches"] = [{"child": m.child, "by": m.by, "child_id": m.other_child_id} for m in matches]
    return said


def subject(recorded: Sequence[Recorded]) -> str:
    """Whose key seals the kept answer: it holds the referrer's own reference."""
    return f"referrer/{recorded[0].stream.split('/', 1)[1]}"


async def at_the_door(house: House, request: Request, run: Callable[[], Awaitable[Response]]) -> Response:
    """Run a submission; what is turned away goes on the list, and what comes again leaves it."""
    try:
        response = await run()
    except (ProblemError, BadBody) as no:
        await _turned_away(house, request, no.status, no.kind.name if isinstance(no, ProblemError) else no.kind)
        raise
    except Refused as no:
        await _turned_away(house, request, 409, no.rules[0])
        raise
    await _came_again(house, request, response)
    return response


async def _turned_away(house: House, request: Request, status: int, reason: str) -> None:
    caller = request.scope.get("toldonce.caller")
    if caller is None or not 400 <= status < 500:
        return
    store = house.store_of(str(caller.authority))
    key_hash, ref_hash = _hashes(store, request)
    if key_hash is None or status == TOO_MANY:
        # One item an agency, reason and minute is enough for somebody to ring; a client that runs wild makes no more.
        minute = house.now().strftime("%Y-%m-%dT%H:%M")
        key_hash = hashlib.sha256(f"{caller.client_id} {status} {reason} {minute}".encode()).hexdigest()
    if await find_rows(store, "turned_away", {"state": OPEN, "key_hash": key_hash}, limit=1):
        return
    act = _act(house, request)
    agency = caller.agency or caller.client_id
    await _record(house, request, [turn_away(agency, status, reason, key_hash, ref_hash, act)], {}, act)


async def _came_again(house: House, request: Request, response: Response) -> None:
    caller, location = request.scope.get("toldonce.caller"), response.headers.get("location")
    # The first answer to a key names nothing any more once what it was about is erased.
    if caller is None or location is None:
        return
    store = house.store_of(str(caller.authority))
    hashes = zip(("key_hash", "agency_reference_hash"), _hashes(store, request), strict=True)
    known = {column: value for column, value in hashes if value is not None}
    for key, row in await find_any(store, "turned_away", {"state": OPEN}, known):
        state = TurnedAway(stream_id=key, event_id=row["event_id"], agency=row["agency"])
        referral_id = location.rsplit("/", 1)[1]
        stream = f"turned-away/{key}"
        await _record(house, request, resent(state, referral_id), {stream: row["version"]}, _act(house, request))


def _hashes(store: Store, request: Request) -> tuple[str | None, str | None]:
    caller = request.scope["toldonce.caller"]
    key = request.headers.get("idempotency-key")
    raw = request.scope.get("toldonce.raw")
    reference = raw.get("agency_reference") if isinstance(raw, dict) else None
    return (
        hashlib.sha256(f"{caller.client_id} {key}".encode()).hexdigest() if key else None,
        reference_hash(store, caller.agency, reference) if isinstance(reference, str) else None,
    )


def _act(house: House, request: Request) -> Act:
    caller, now = request.scope["toldonce.caller"], house.now()
    return Act(
        occurred_at=now,
        recorded_at=now,
        by=caller.actor(),
        new_id=house.new_id,
        client=caller.person_id is None,
    )


async def _record(house: House, request: Request, facts: Sequence[Fact], versions: Mapping[str, int], act: Act) -> None:
    caller = request.scope["toldonce.caller"]
    store = house.store_of(str(caller.authority))
    recorded = stamp(
        Decided("SubmitReferral", facts),
        service=house.service.name,
        authority=str(caller.authority),
        edition=house.protocol_for(str(caller.authority), act.occurred_at).edition,
        act=act,
        versions=versions,
        correlation_id=request.scope["correlation_id"],
    )
    rows, keys = store.rows(recorded)
    # Stale: somebody else has dealt with it meanwhile.
    await store.append(Append(events=rows, expects={f.stream: 0 for f in facts} | dict(versions), keys=keys))
