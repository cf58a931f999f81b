"""Signatures under a decision: each of a registered person, in a post that they hold."""

from collections.abc import Iterable
from typing import Any

from services.allocation.decisions.naming import in_the_registers, named
from services.allocation.events import Approval
from shared.access.registers import appointments_at
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Id, Word
from shared.kernel.fields import Sent
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import Weighed, asked


class Signature(Sent):
    """Who signs, and in which of their posts."""

    id: Id
    role: Word


def signed_by(known: Known, given: tuple[Signature, ...], protocol: Protocol, act: Act) -> tuple[Approval, ...]:
    """The signatures, filled in from the registers; without those of persons who do not hold the post."""
    people = ((one, named(known, one.id, protocol, act, one.role)) for one in given)
    return tuple(
        Approval(
            id=one.id,
            role=one.role,
            team=person.team,
            employer=person.employer,
            social_worker=person.social_worker,
            at=act.occurred_at,
        )
        for one, person in people
        if person is not None and person.role == one.role
    )


def properly_signed(known: Known, given: tuple[Signature, ...], protocol: Protocol, act: Act) -> Weighed:
    """Each signs in a post that they hold, and whoever sends the decision is one of them, where any are named."""
    weighed = Weighed()
    for place, one in enumerate(given):
        person = named(known, one.id, protocol, act, one.role)
        weighed += in_the_registers(protocol, {f"/approvals/{place}/id": (one.id, person)})
        held = {post.post for post in appointments_at(known.of(one.id), one.id, protocol.authority, act.occurred_at)}
        field = f"/approvals/{place}/role"
        weighed += asked(protocol, person is None or one.role in held, "SYS-ALLOC-02", field)
    return weighed + asked(protocol, not given or act.by.id in {one.id for one in given}, "SYS-ALLOC-03", "/approvals")


def facts_of(approvals: Iterable[Approval], protocol: Protocol, act: Act) -> dict[str, Any]:
    """What the rows ask of signatures, by the packs' words.

    approvals: post -> whether a social worker signs in it; signers: TWICE where one person signs in two roles;
    qualified_approvers: the posts of social workers among them, and MANAGER for one that manages here. Whoever sends
    the decision decides it as well, whether they sign or not.
    """
    approvals = tuple(approvals)
    posts: dict[str, bool] = {}
    for one in approvals:
        posts[str(one.role)] = posts.get(str(one.role), False) or one.social_worker is True
    sender = [] if act.client else [(act.by.role, act.by.social_worker)]
    qualified = [role for role, is_one in [*((one.role, one.social_worker) for one in approvals), *sender] if is_one]
    managers = ["MANAGER"] if any(role in protocol.place.managers for role in qualified) else []
    return {
        "approvals": posts,
        "signers": "TWICE" if len({one.id for one in approvals}) < len(approvals) else "ONCE",
        "qualified_approvers": sorted({*(role for role in qualified if role), *managers}),
    }
