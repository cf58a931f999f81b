"""Deciding on a referral: what follows for each child, and whether it joins a case that is already open."""

from collections.abc import Sequence
from typing import Any

from services.referral.decisions.around import NOTHING_AROUND, Around, Picture, picture
from services.referral.decisions.linking import under_both
from services.referral.decisions.receiving import sealed
from services.referral.decisions.triage_form import TriageReferral
from services.referral.decisions.triage_view import Seen, seen, unanswered
from services.referral.events import CasesLinked, FiveQuestions, Pair, ReferralTriaged, Section47Grounds
from services.referral.referral import Referral
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.events import Fact, Warned, cite
from shared.kernel.refusal import Refusal
from shared.protocol.protocol import Protocol
from shared.protocol.standing import draws
from shared.protocol.weighing import (
    Weighed,
    asked,
    here,
    person_of,
    signed,
    softened,
    under,
    weigh,
)

__all__ = ["TriageReferral", "at_once", "triage_referral"]

NAME = "referral.ReferralTriaged"


def at_once(command: TriageReferral, protocol: Protocol) -> bool:
    """Whether it asks for a strategy discussion about any child: then nothing may stop or delay it."""
    return any(protocol.group_of(said.outcome) == "STRATEGY" for said in command.children)


def triage_referral(
    state: Referral,
    known: Known,
    command: TriageReferral,
    protocol: Protocol,
    act: Act,
    around: Around = NOTHING_AROUND,
) -> tuple[Fact, ...]:
    """One decision for each child, and the links they make. Raises Refused.

    A strategy discussion is never refused: what speaks against it is noted as missing. Beside one, a decision on
    another child that is refused is left out and said in a warning.
    """
    whole = picture(known, state.facts, around, _cases(state, around))
    children = [seen(state, said, protocol, around, whole) for said in command.children]
    weighed = [
        under(
            _weighed(state, child, protocol, act, around, whole) + _once(command, child, protocol), f"/children/{place}"
        )
        for place, child in enumerate(children)
    ]
    inputs = {"children": {child.said.child_id: _inputs(child) for child in children}}
    refused = [refusal for one in weighed for refusal in one.refusals]
    if refused and (act.client or not at_once(command, protocol)):
        Weighed(refusals=tuple(refused)).insist(inputs)
    case_id = state.case_id or act.new_id()
    kept = [(child, one) for child, one in zip(children, weighed, strict=True) if not one.refusals]
    left_out = _left_out(children, weighed)
    facts = [
        _triaged(state, case_id, child, one, protocol, act, *((left_out, inputs) if place == 0 else ((), {})))
        for place, (child, one) in enumerate(kept)
    ]
    return (*facts, *_links(case_id, kept, act))


def _cases(state: Referral, around: Around) -> tuple[str, ...]:
    cases = (state.case_id, *around.cases.values(), *(match.other_case_id for match in around.matches))
    return tuple(case for case in cases if case)


def _weighed(state: Referral, child: Seen, protocol: Protocol, act: Act, around: Around, whole: Picture) -> Weighed:
    """Everything the rules say to the decision on one child."""
    said, child_id = child.said, child.said.child_id
    urgent = protocol.group_of(said.outcome) == "STRATEGY" and not act.client
    weighed = signed(protocol, "TriageReferral", child.facts, act, child_id, urgent)
    weighed += weigh(protocol, "TriageReferral", child.facts, act, child_id, urgent)
    weighed += asked(protocol, not unanswered(said, around, whole), "SYS-REF-01", "/open_child_id")
    weighed += asked(protocol, _can_join(state, child), "SYS-REF-08", "/open_child_id")
    weighed += asked(protocol, _team_id(child, protocol) != _WRONG, "SYS-REF-09", "/team_id")
    weighed += here(protocol, state.child(child_id) is not None, "/child_id")
    if urgent:
        return softened(weighed, act, "FRONT_DOOR", child_id)
    return weighed if weighed.refusals else weighed + _on_the_map(child, protocol)


def _once(command: TriageReferral, child: Seen, protocol: Protocol) -> Weighed:
    """Two decisions on one child contradict each other: none is taken but a strategy discussion."""
    alone = sum(said.child_id == child.said.child_id for said in command.children) == 1
    urgent = protocol.group_of(child.said.outcome) == "STRATEGY"
    return asked(protocol, alone or urgent, "SYS-REF-11", "/child_id")


_WRONG = "?"


def _team_id(child: Seen, protocol: Protocol) -> str | None:
    """The team the child goes to: named, or the only one of its kind."""
    team = protocol.local.sends_to.get(child.said.outcome or "")
    named = child.said.team_id
    if named is not None:
        return named if team is not None and named in protocol.teams.get(team, ()) else _WRONG
    return protocol.team_id(team) if team else None


def _can_join(state: Referral, child: Seen) -> bool:
    """A child that is said to be one already known is known here, in another case."""
    if child.said.open_child_id is None:
        return True
    return child.other_case_id is not None and child.other_case_id != state.case_id


def _on_the_map(child: Seen, protocol: Protocol) -> Weighed:
    """Where no other rule refuses, the map has an arrow from where the child stands."""
    moves = protocol.moves
    if moves is None:
        return Weighed()
    if draws(child.own, NAME, child.facts, child.said.child_id, protocol):
        return Weighed(rules=(moves.rule,))
    because = f"{moves.says} From {child.own.state} none leads there."
    return Weighed(refusals=(Refusal(moves.rule, because, moves.remedy, "/outcome"),), rules=(moves.rule,))


def _inputs(child: Seen) -> dict[str, Any]:
    return {name: child.facts[name] for name in _COUNTED if child.facts.get(name) is not None}


_COUNTED = (
    "outcome",
    "triage_rag",
    "request_kind",
    "state",
    "level",
    "child",
    "protection",
    "triage",
    "esp",
    "pathway",
    "held_by",
)
"""The structural facts that count, for the receipt."""


def _left_out(children: Sequence[Seen], weighed: Sequence[Weighed]) -> tuple[Warned, ...]:
    return tuple(
        Warned(
            rule=refusal.rule,
            because=f"Not decided: {refusal.because}",
            child_id=child.said.child_id,
        )
        for child, one in zip(children, weighed, strict=True)
        for refusal in one.refusals
    )


def _triaged(
    state: Referral,
    case_id: str,
    child: Seen,
    weighed: Weighed,
    protocol: Protocol,
    act: Act,
    left_out: tuple[Warned, ...],
    inputs: dict[str, Any],
) -> Fact:
    said = child.said
    event = _event(child, protocol, act)
    started = protocol.clocks_started_by(NAME, event, act.occurred_at, said.child_id, child.own.state)
    clocks, clock_rules = (started.clocks, started.rules) if _starts(child) else ((), ())
    return Fact(
        stream=f"referral/{state.referral_id}",
        event=event,
        case_id=case_id,
        child_ids=(said.child_id,),
        rules=cite(weighed.rules, clock_rules),
        clocks=clocks,
        incomplete=weighed.incomplete,
        warnings=(*weighed.warnings, *left_out),
        inputs=inputs,
    )


def _starts(child: Seen) -> bool:
    """A discussion already asked for, or held before a late triage came to confirm it, starts no deadline again."""
    late = child.facts["triage"] == "LATE" and child.own.discussed and not child.own.protected
    return not (child.own.asked or child.other.asked or late)


def _event(child: Seen, protocol: Protocol, act: Act) -> ReferralTriaged:
    said = child.said
    team_id = _team_id(child, protocol)
    rag = said.triage_rag if not protocol.triage_words or said.triage_rag in protocol.triage_words else None
    return ReferralTriaged(
        outcome=said.outcome or "",
        open_child_id=child.other_id if child.open_case_id or child.newly else None,
        not_same_as=said.not_same_as,
        open_case_id=child.open_case_id,
        team_id=None if team_id == _WRONG else team_id,
        triage_rag=rag,
        pathway=said.pathway,
        s47=Section47Grounds(**said.s47.model_dump()) if said.s47 else None,
        five_questions=FiveQuestions(**said.five_questions.model_dump()) if said.five_questions else None,
        held_by=said.held_by if said.held_by in protocol.teams else None,
        next_steps=sealed(f"note/{act.new_id()}", said.next_steps),
        decided_by=person_of(act.by),
        family_hub_considered=said.family_hub_considered,
        family_hub_considered_note=sealed(f"note/{act.new_id()}", said.family_hub_considered_note),
        lives_in_area=said.lives_in_area,
        found_in_area=said.found_in_area,
        young_carer=said.young_carer,
        signposted_to=said.signposted_to,
        information_given=sealed(f"note/{act.new_id()}", said.information_given),
    )


def _links(case_id: str, children: Sequence[tuple[Seen, Weighed]], act: Act) -> tuple[Fact, ...]:
    """One link for each open case that children of this referral newly join, by the rules that let them."""
    pairs: dict[str, list[Pair]] = {}
    rules: dict[str, tuple[str, ...]] = {}
    for child, weighed in children:
        if child.newly and child.other_id is not None and child.other_case_id not in (None, case_id):
            pair = Pair(kept=child.other_id, joined=child.said.child_id)
            other = str(child.other_case_id)
            pairs.setdefault(other, []).append(pair)
            rules[other] = cite(rules.get(other, ()), weighed.rules)
    return tuple(
        fact
        for other, joined in pairs.items()
        for fact in under_both(
            CasesLinked(
                link_id=act.new_id(), kept=other, joined=case_id, children=tuple(joined), reason_code="SAME_CHILD"
            ),
            rules[other],
        )
    )
