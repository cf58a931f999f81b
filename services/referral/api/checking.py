"""Checking a referral without storing it: the same form, the same rules, and nothing kept."""

from typing import Any

import msgspec
from starlette.requests import Request

from services.referral.api import submitting
from services.referral.decisions.submit_referral import submit_referral
from services.referral.referral import unknown
from shared.access.caller import Caller
from shared.http.bodies import body_of
from shared.http.command import Deciding
from shared.http.guards import read_object
from shared.http.house import House
from shared.http.problems import invalid
from shared.kernel.act import Act


async def check(house: House, caller: Caller, request: Request) -> dict[str, Any]:
    """What an answer to this referral would say. Raises as sending it would."""
    deciding = Deciding(house, house.store_of(str(caller.authority)), caller, {})
    deciding.raw = read_object(await body_of(request))
    deciding.body = submitting.parse(deciding)
    now = house.now()
    if deciding.body.occurred_at and deciding.body.occurred_at > now:
        raise invalid("/occurred_at", "future", "Send the time it happened; it cannot lie ahead.")
    act = Act(
        occurred_at=deciding.body.occurred_at or now,
        recorded_at=now,
        by=caller.actor(),
        new_id=house.new_id,
        client=caller.person_id is None,
    )
    protocol = house.protocol_for(str(caller.authority), act.occurred_at)
    await submitting.prepare(deciding)
    around = deciding.extra["around"]
    facts = submit_referral(unknown(act.new_id()), deciding.known, deciding.body, protocol, act, around)
    received = facts[0]
    due = sorted((clock.due_at, clock.rule) for clock in received.clocks)
    said = {
        "would_be": "accepted",
        "edition": protocol.edition,
        "rules": received.rules,
        "incomplete": received.incomplete,
        "warnings": received.warnings,
        "decision_due_at": due[0][0] if due else None,
        "decision_due_rule": due[0][1] if due else None,
    }
    return msgspec.to_builtins(said)
