"""What the policy has to know of a referral and its case: where each child stands, and whose work that is."""

from collections.abc import Iterable

from services.referral.referral import Referral
from shared.access.about import About, ChildIn
from shared.access.desks import Desk
from shared.http.command import Deciding
from shared.kernel.beliefs import Told, in_order
from shared.protocol.protocol import Protocol
from shared.protocol.standing import standings


def about_referral(deciding: Deciding) -> About | None:
    """A referral, as far as access goes; one that is not there is nobody's, which looks the same."""
    state: Referral = deciding.state(f"referral/{deciding.ids['referral_id']}")
    authority = str(deciding.caller.authority)
    if not state.received:
        return About(authority=authority, case_ids=frozenset())
    protocol = deciding.house.protocol_for(authority, deciding.house.now())
    told = in_order((*state.facts, *deciding.known.of(str(state.case_id))))
    return about_facts(protocol, state, told)


def about_facts(protocol: Protocol, state: Referral, told: Iterable[Told]) -> About:
    """The same from facts that were read already."""
    places = standings(tuple(told), protocol)
    children = tuple(
        ChildIn(
            child_id=child_id,
            state=place.state or "",
            holds=tuple(
                desk
                for held in protocol.holders(place.state, place.beneath)
                for desk in desks_of(held.teams, held.posts)
            ),
        )
        for child_id, place in places.items()
    )
    start = protocol.moves.start if protocol.moves else None
    return About(
        authority=protocol.authority,
        case_ids=frozenset({state.case_id} if state.case_id else ()),
        children=children,
        referrers=frozenset({state.agency} if state.agency else ()),
        front_door=front_door(protocol),
        untriaged=any(child.state == start for child in children),
    )


def front_door(protocol: Protocol) -> tuple[Desk, ...]:
    """The desks of the front door."""
    return (Desk(team=protocol.front_door),)


def desks_of(teams: Iterable[str], posts: Iterable[str]) -> tuple[Desk, ...]:
    """Teams and posts as desks: each post in each team, where both are named."""
    teams, posts = tuple(teams), tuple(posts)
    if teams and posts:
        return tuple(Desk(team=team, post=post) for team in teams for post in posts)
    return (*(Desk(team=team) for team in teams), *(Desk(post=post) for post in posts))


def about_front_door(deciding: Deciding) -> About | None:
    """Something of a case as only the front door needs it: links, identity, who was turned away."""
    authority = str(deciding.caller.authority)
    protocol = deciding.house.protocol_for(authority, deciding.house.now())
    there = any(deciding.loaded.values()) and all(
        events[0].authority == authority for events in deciding.loaded.values() if events
    )
    if not there:
        return About(authority=authority, case_ids=frozenset())
    return About(authority=authority, case_ids=frozenset(), front_door=front_door(protocol))
