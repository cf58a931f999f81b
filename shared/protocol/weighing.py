"""A command held against the rules: what refuses it, what is missing of it, what is only said about it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from shared.kernel.act import Act
from shared.kernel.calendar import local_date
from shared.kernel.events import Incomplete, Warned, cite
from shared.kernel.people import Actor, Person
from shared.kernel.refusal import Refusal, Refused
from shared.protocol.blocks import Judged, Pathway
from shared.protocol.protocol import Missed, Protocol


@dataclass(frozen=True)
class Weighed:
    """What the rules say to a command. rules: all that spoke of it, whether kept or not."""

    refusals: tuple[Refusal, ...] = ()
    incomplete: tuple[Incomplete, ...] = ()
    warnings: tuple[Warned, ...] = ()
    rules: tuple[str, ...] = ()

    def __add__(self, other: "Weighed") -> "Weighed":
        return Weighed(
            (*self.refusals, *other.refusals),
            (*self.incomplete, *other.incomplete),
            (*self.warnings, *other.warnings),
            cite(self.rules, other.rules),
        )

    def insist(self, inputs: Mapping[str, Any]) -> None:
        """Refuse if a rule refuses. Raises Refused with all of them."""
        if self.refusals:
            raise Refused(*self.refusals, inputs=inputs)


def weigh(
    protocol: Protocol,
    command: str,
    facts: Mapping[str, Any],
    act: Act,
    child_id: str | None = None,
    urgent: bool = False,
) -> Weighed:
    """Hold a command against every table and required field of the protocol.

    facts: its fields by name, and the circumstances by the packs' words for them. urgent: nothing may stop it, so
    what would refuse it is noted as missing (X-07).
    """
    weighed = Weighed(rules=cite(block.rule for block in _spoken_of(protocol, command, facts)))
    for missed in protocol.missed(command, facts):
        weighed += judged(missed, act, child_id, urgent)
    return weighed


def judged(missed: Missed, act: Act, child_id: str | None = None, urgent: bool = False) -> Weighed:
    """What one rule that is not kept leads to, by its tag; where nothing may stop the act it never refuses."""
    block = missed.block
    match "incomplete" if urgent and missed.tag == "reject" else missed.tag:
        case "reject":
            refusals = (Refusal(block.rule, block.says, block.remedy, pointer(what)) for what in missed.what)
            return Weighed(refusals=tuple(refusals), rules=(block.rule,))
        case "incomplete":
            items = (
                Incomplete(what=what, rule=block.rule, since=act.occurred_at, owner=block.owner, child_id=child_id)
                for what in missed.what
            )
            return Weighed(incomplete=tuple(items), rules=(block.rule,))
    return Weighed(warnings=(Warned(rule=block.rule, because=block.says, child_id=child_id),), rules=(block.rule,))


def signed(
    protocol: Protocol,
    command: str,
    facts: Mapping[str, Any],
    act: Act,
    child_id: str | None = None,
    urgent: bool = False,
) -> Weighed:
    """Hold the person who sends a command against the rules on who may. An agency's system is nobody of these."""
    weighed = Weighed()
    for block in protocol.sign_offs(command):
        if not block.applies(facts):
            continue
        weighed += Weighed(rules=(block.rule,))
        if act.client:
            weighed += judged(Missed(block, "reject", ("",)), act, child_id)
        elif not block.satisfied_by(act.by):
            weighed += judged(Missed(block, block.tag_for(facts), ("decided_by",)), act, child_id, urgent)
    return weighed


_WHO_MAY = "SYS-REF-02"


def allowed(
    protocol: Protocol,
    command: str,
    act: Act,
    leads: bool = False,
    manages: bool = False,
    *,
    works_there: bool = False,
    facts: Mapping[str, Any] | None = None,
) -> Weighed:
    """Hold the person against the table of commands, where no row of the protocol says who may.

    facts: the circumstances, for a command of which rows speak in some of them. What is allowed by it says so: no
    decision stands in the record without the rule that let it through.
    """
    may = protocol.may(command, facts)
    if not act.client and (may is None or may.allows(act.by, leads, manages, works_there)):
        return Weighed(rules=(_WHO_MAY,))
    return asked(protocol, False, _WHO_MAY)


def asked(protocol: Protocol, holds: bool, rule: str, field: str | None = None) -> Weighed:
    """A rule of the product itself: nothing if it holds, else its refusal in its own words."""
    if holds:
        return Weighed()
    says, remedy = protocol.sentence(rule)
    return Weighed(refusals=(Refusal(rule, says, remedy, field),), rules=(rule,))


def coded(protocol: Protocol, field: str, code: str | None, note: str | None) -> Weighed:
    """A reason code is one of those the authority uses, OTHER with a note; absent is left to whoever asks for it."""
    codes = protocol.codes(field)
    listed = code is None or not codes or code in codes
    return asked(protocol, listed and (code != "OTHER" or note is not None), "SYS-REF-03", pointer(field.split(".")[1]))


def here(protocol: Protocol, holds: bool, field: str | None = None) -> Weighed:
    """What the command speaks of is known here."""
    return asked(protocol, holds, "SYS-REF-07", field)


def not_ahead(protocol: Protocol, date_of_birth: date | None, act: Act, field: str) -> Weighed:
    """Nobody is born tomorrow."""
    ahead = date_of_birth is not None and date_of_birth > local_date(act.occurred_at)
    return asked(protocol, not ahead, "SYS-REF-05", field)


def under(weighed: Weighed, place: str) -> Weighed:
    """The same, its refusals speaking of fields below a place of the body."""
    moved = tuple(replace(refusal, field=f"{place}{refusal.field or ''}") for refusal in weighed.refusals)
    return replace(weighed, refusals=moved)


def softened(weighed: Weighed, act: Act, owner: str, child_id: str | None = None) -> Weighed:
    """For an act that nothing may stop: what would refuse it is noted as missing instead."""
    items = tuple(
        Incomplete(
            what=(refusal.field or "decided_by").lstrip("/"),
            rule=refusal.rule,
            since=act.occurred_at,
            owner=owner,
            child_id=child_id,
        )
        for refusal in weighed.refusals
    )
    return replace(weighed, refusals=(), incomplete=(*weighed.incomplete, *items))


def person_of(actor: Actor) -> Person:
    """Who acts, as a payload names a person."""
    return Person(
        id=actor.id,
        role=actor.role,
        team=actor.team,
        employer=actor.employer,
        social_worker=actor.social_worker,
    )


def pointer(what: str) -> str | None:
    """A field's path as a JSON pointer: `children[0].first_name|surname` is `/children/0/first_name`."""
    first = what.partition("|")[0]
    return "/" + re.sub(r"\[(\d*)\]", r"/\1", first).replace(".", "/").rstrip("/") if first else None


def _spoken_of(protocol: Protocol, command: str, facts: Mapping[str, Any]) -> Iterable[Judged]:
    """The rules to cite: those whose case it is. A table that only forbids something speaks when it is not kept."""
    blocks = (*protocol.records(command), *protocol.pathways(command))
    return (block for block in blocks if block.applies(facts) and (not isinstance(block, Pathway) or block.allows))
