"""The one way of a command through the edge: checks in their fixed order, a decision, one write, one answer."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from shared.access.caller import Caller
from shared.access.policy import may
from shared.access.scopes import acting_for, could, may_write
from shared.http.bodies import body_of, fit
from shared.http.callers import caller_of
from shared.http.command import Command, Deciding
from shared.http.etags import check_if_match
from shared.http.guards import BadBody, read_object
from shared.http.house import House
from shared.http.once import again, answered, kept, written_of
from shared.http.problems import ProblemError, busy, invalid, not_found
from shared.kernel.act import Act
from shared.kernel.beliefs import NOTHING_KNOWN
from shared.kernel.events import Fact, Recorded
from shared.kernel.own_events import CommandRejected
from shared.kernel.refusal import Refused
from shared.kernel.stamp import Decided, stamp
from shared.protocol.protocol import Protocol
from shared.store.append import Append, Once, Seen, Stale

EARLY = timedelta(minutes=2)
TRIES = 8
ENCODE = msgspec.json.Encoder().encode


async def perform(house: House, command: Command, request: Request) -> Response:
    """Run one command. Raises ProblemError for every no, in the order in which it is written here."""
    caller = await caller_of(house, request)
    if not could(command.name, caller, house.service.name):
        raise ProblemError(403, "forbidden", "Your token or post does not allow this for any record.")
    protocol = house.protocol_for(str(caller.authority), house.now())
    raw = request.scope["toldonce.raw"] = _read(command, await body_of(request), protocol)
    acting = acting_for(command.name, caller)
    deciding = Deciding(house, house.store_of(str(caller.authority)), acting, dict(request.path_params), raw)
    at_once = command.is_at_once(raw, protocol)
    await _look(command, deciding)
    _see(command, deciding, at_once)
    key = _key(command, request, at_once, raw)
    asked = _asked(request, raw)
    deciding.body = _parsed(command, deciding)
    deciding.act = _act(deciding)
    deciding.protocol = house.protocol_for(str(caller.authority), deciding.act.occurred_at)
    # What opens a stream of its own rests on no version: its key is looked at by the write itself, in the same trip,
    # and before that only where the answer would be a no.
    if not command.creates and (before := await _before(deciding, key, asked)):
        return before
    if command.takes_version and not at_once:
        first = command.streams(deciding.ids)[0]
        check_if_match(request.headers.get("if-match"), deciding.versions()[first])
    return await _decided(house, command, deciding, request, key, asked)


def _read(command: Command, body: bytes, protocol: Protocol) -> Any:
    """The body as one object. A number that fits nowhere does not stop a worry: it is a misfit of its field."""
    try:
        return read_object(body)
    except BadBody as bad:
        if bad.on_bytes:
            raise
        lenient = read_object(body, numbers_as_text=True)
        if not command.is_at_once(lenient, protocol):
            raise
        return lenient


def caller_key(caller: Caller) -> str:
    """Whose keys these are: a person's apart from those of the system they came through."""
    return f"{caller.client_id} {caller.id}"


def _see(command: Command, deciding: Deciding, at_once: bool) -> None:
    about = command.about(deciding)
    if about is None:
        return
    deciding.mask = may(deciding.caller, about, deciding.house.now())
    if at_once:
        # Nothing stops it but this: what another authority keeps is not here, whatever is asked of it.
        if about.authority not in ("", deciding.caller.authority) or _is_kept_elsewhere(command, deciding):
            raise not_found()
        return
    others = (may(deciding.caller, other, deciding.house.now()) for other in command.besides(deciding))
    for mask in (deciding.mask, *others):
        if mask is None:
            raise not_found()
        if not may_write(command.name, mask):
            raise ProblemError(403, "forbidden", "You may read this record, and not do this on it.")


def _is_kept_elsewhere(command: Command, deciding: Deciding) -> bool:
    opened = [deciding.loaded[stream][0] for stream in command.streams(deciding.ids) if deciding.loaded[stream]]
    return any(event.authority != deciding.caller.authority for event in opened)


def _key(command: Command, request: Request, at_once: bool, raw: Any) -> str:
    key = request.headers.get("idempotency-key")
    fits = key is not None and 8 <= len(key) <= 255 and key.isascii() and key.isprintable()
    if at_once and not fits:
        # A worry without a key, or with one that is none, is known by who sent it and what it says.
        return hashlib.sha256(ENCODE(raw)).hexdigest()
    if key is None or not fits:
        raise invalid(
            "Idempotency-Key",
            "missing" if key is None else "form",
            "Send a fresh UUID with each new command.",
        )
    return key


def _asked(request: Request, raw: Any) -> bytes:
    canonical = msgspec.json.Encoder(order="deterministic").encode(raw)
    return hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + canonical).digest()


def _parsed(command: Command, deciding: Deciding) -> Any:
    if command.parse is not None:
        return command.parse(deciding)
    if not isinstance(deciding.raw, dict):
        raise BadBody("not_object")
    return fit(command.model, deciding.raw)


def _act(deciding: Deciding) -> Act:
    now = deciding.house.now()
    given = getattr(deciding.body, "occurred_at", None)
    occurred = given if isinstance(given, datetime) else now
    if occurred > now + EARLY:
        raise invalid("/occurred_at", "future", "Send the time it happened; it cannot lie ahead.")
    return Act(
        occurred_at=min(occurred, now),
        recorded_at=now,
        by=deciding.caller.actor(),
        new_id=deciding.house.new_id,
        client=deciding.caller.person_id is None,
    )


async def _before(deciding: Deciding, key: str, asked: bytes) -> Response | None:
    """The first answer of a key that was used before. Raises ProblemError (422)."""
    store, client = deciding.store, caller_key(deciding.caller)
    seen = await store.seen(client, key)
    return None if seen is None else await again(store, deciding.house.partitions, client, key, asked, seen)


async def _decided(
    house: House, command: Command, deciding: Deciding, request: Request, key: str, asked: bytes
) -> Response:
    for _ in range(TRIES):
        try:
            if command.prepare is not None:
                await command.prepare(deciding)
            facts = command.decide(deciding)
        except (Refused, ProblemError) as no:
            if command.creates and (before := await _before(deciding, key, asked)):
                return before
            if isinstance(no, Refused):
                await _record_refusal(house, command, deciding, no, request)
            raise
        assert deciding.act is not None
        assert deciding.protocol is not None
        recorded = stamp(
            Decided(command.name, facts, deciding.known.used()),
            service=house.service.name,
            authority=str(deciding.caller.authority),
            edition=deciding.protocol.edition,
            act=deciding.act,
            versions=deciding.versions(),
            correlation_id=request.scope["correlation_id"],
        )
        body, headers = _answer(command, deciding, recorded)
        response = await _store(deciding, command, recorded, key, asked, body, headers)
        if response is not None:
            return response
        first = command.streams(deciding.ids)[0] if command.streams(deciding.ids) else None
        before = deciding.versions()
        await _begin_again(command, deciding)
        if (
            first
            and command.takes_version
            and deciding.versions()[first] != before[first]
            and request.headers.get("if-match")
        ):
            check_if_match(request.headers.get("if-match"), deciding.versions()[first])
    raise busy("Many are changing this record at once. Try again.", 1)


async def _begin_again(command: Command, deciding: Deciding) -> None:
    deciding.loaded, deciding.abouts, deciding.known = {}, set(), NOTHING_KNOWN
    await _look(command, deciding)
    assert deciding.protocol is not None
    # What moved meanwhile may be who may see it.
    _see(command, deciding, command.is_at_once(deciding.raw, deciding.protocol))


async def _look(command: Command, deciding: Deciding) -> None:
    await deciding.read(*command.streams(deciding.ids), opened=command.opens)
    if command.look is not None:
        await command.look(deciding)


def _answer(
    command: Command, deciding: Deciding, recorded: Sequence[Recorded]
) -> tuple[dict[str, Any], dict[str, str]]:
    assert deciding.protocol is not None
    receipt = recorded[0].receipt if recorded else None
    # Of what was read besides, nothing is told: which cases stand near is for those who may see them.
    at = deciding.versions()
    reached = {stream: at[stream] for stream in command.streams(deciding.ids)}
    reached |= {event.stream: event.stream_version for event in recorded}
    sees_the_case = command.at_once is None or deciding.mask is not None
    seen = command.creates or sees_the_case
    # What is missing of an act says where the child stands: whoever may not see that is told that it was taken.
    told = recorded if seen else ()
    incomplete = [lack for event in told for lack in event.incomplete]
    body: dict[str, Any] = {
        "receipt": {
            "command": command.name,
            "edition": deciding.protocol.edition,
            "before_first_edition": deciding.protocol.before_first,
            "rules": receipt.rules if receipt and seen else (),
            "inputs": receipt.inputs if receipt and seen else {},
            "beliefs": receipt.beliefs if receipt and sees_the_case else (),
            "incomplete": incomplete,
            "warnings": [warning for event in told for warning in event.warnings],
            "clocks": [clock for event in told for clock in event.clocks],
            "sealed": "pending",
        },
        "events": [
            {
                "event_id": event.event_id,
                "name": event.name,
                "stream": event.stream,
                "stream_version": event.stream_version,
                "occurred_at": event.occurred_at,
                "recorded_at": event.recorded_at,
            }
            for event in recorded
        ],
        "versions": reached,
    }
    if incomplete:
        body["incomplete"] = incomplete
    extra = command.answer(deciding, recorded)
    headers = extra.pop("headers", {})
    return body | extra, headers


async def _store(
    deciding: Deciding,
    command: Command,
    recorded: Sequence[Recorded],
    key: str,
    asked: bytes,
    body: dict[str, Any],
    headers: dict[str, str],
) -> Response | None:
    store, client, partitions = deciding.store, caller_key(deciding.caller), deciding.house.partitions
    rows, keys = store.rows(recorded)
    encoded = ENCODE(body)
    streams = {event.stream for event in recorded}
    expects = dict.fromkeys(streams, 0) | deciding.versions()
    written = written_of(recorded)
    subject = command.subject(recorded) if recorded else f"command/{key}"
    outcome, new = store.seal_outcome(subject, client, key, kept(encoded, headers, written))
    done = await store.append(
        Append(
            events=rows,
            expects=expects,
            beliefs=deciding.known.rows(),
            keys=[*keys, new],
            once=Once(client, key, asked, outcome),
        )
    )
    if isinstance(done, Seen):
        return await again(store, partitions, client, key, asked, done)
    if isinstance(done, Stale):
        return None
    return answered(store, partitions, encoded, headers, written, done.sequences)


async def _record_refusal(
    house: House, command: Command, deciding: Deciding, refused: Refused, request: Request
) -> None:
    """A refusal has a stream of its own: it is counted, and never shown on the case."""
    assert deciding.act is not None
    assert deciding.protocol is not None
    stream = f"rejected/{house.new_id()}"
    streams = command.streams(deciding.ids)
    event = CommandRejected(
        command=command.name,
        stream=streams[0] if streams else None,
        rules=refused.rules,
        inputs=refused.inputs,
        at=deciding.act.recorded_at,
    )
    recorded = stamp(
        Decided(command.name, [Fact(stream=stream, event=event, rules=refused.rules)]),
        service=house.service.name,
        authority=str(deciding.caller.authority),
        edition=deciding.protocol.edition,
        act=deciding.act,
        versions={},
        correlation_id=request.scope["correlation_id"],
    )
    rows, keys = deciding.store.rows(recorded)
    await deciding.store.append(Append(events=rows, expects={stream: 0}, keys=keys))
