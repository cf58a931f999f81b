"""What the policy has to know of a referral and its case, read before it is asked."""

from services.referral.api.around import linked_cases, own_facts
from services.referral.referral import Referral
from shared.access.about import About
from shared.access.case_facts import about_case
from shared.access.desks import front_door_desks
from shared.http.command import Deciding
from shared.kernel.beliefs import in_order

NOBODYS = About(authority="", case_ids=frozenset())
"""What is not there, or another authority's: not even an auditor's."""


async def look_at_referral(deciding: Deciding) -> None:
    """Read the referral's case and all linked with it, and what the others told of them and their children."""
    state: Referral = deciding.state(f"referral/{deciding.ids['referral_id']}")
    await _look(deciding, (state.case_id,))


async def look_at_case(deciding: Deciding) -> None:
    """The same of a case named in the path."""
    await _look(deciding, (deciding.ids["case_id"],))


async def look_at_child(deciding: Deciding) -> None:
    """The same of the case that a child first came in."""
    await _look(deciding, (deciding.state(f"child/{deciding.ids['child_id']}").case_id,))


async def look_at_other(deciding: Deciding, case_id: str) -> None:
    """The same of a case that the body names."""
    await _look(deciding, (case_id,))


async def _look(deciding: Deciding, cases: tuple[str | None, ...]) -> None:
    near = await linked_cases(deciding, cases)
    facts = await own_facts(deciding, near)
    children = {child for fact in facts for child in fact.child_ids}
    await deciding.believe(*near, *children)
    told = [fact for about in (*sorted(near), *sorted(children)) for fact in deciding.known.of(about)]
    deciding.extra["near"] = (frozenset(near), in_order((*facts, *told)))


def about_near(deciding: Deciding) -> About:
    """What was looked at last, as far as access goes; nothing there is nobody's, which looks the same."""
    authority, now = str(deciding.caller.authority), deciding.house.now()
    cases, facts = deciding.extra["near"]
    of_this_authority = all(events[0].authority == authority for events in deciding.loaded.values() if events)
    if not facts or not of_this_authority:
        return NOBODYS
    return about_case(authority, cases, facts, deciding.house.protocol_for(authority, now), now)


def about_turned_away(deciding: Deciding) -> About:
    """Whoever was turned away is the front door's to ring, and nobody else's business."""
    authority = str(deciding.caller.authority)
    there = [events[0] for events in deciding.loaded.values() if events]
    if not there or there[0].authority != authority:
        return NOBODYS
    protocol = deciding.house.protocol_for(authority, deciding.house.now())
    return About(authority=authority, case_ids=frozenset(), front_door=front_door_desks(protocol))
