"""What may be done at the front door, each as one POST."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from services.referral.api import submitting
from services.referral.api.around import around_case, around_referral, open_child
from services.referral.api.seeing import (
    about_near,
    about_turned_away,
    look_at_case,
    look_at_child,
    look_at_other,
    look_at_referral,
)
from services.referral.decisions.acknowledge_referral import AcknowledgeReferral, acknowledge_referral
from services.referral.decisions.close_referral import CloseReferral, close_referral
from services.referral.decisions.complete_early_support_review import (
    CompleteEarlySupportReview,
    complete_early_support_review,
)
from services.referral.decisions.correct_identity import CorrectIdentity, correct_identity
from services.referral.decisions.decide_pathway import DecidePathway, decide_pathway
from services.referral.decisions.link_cases import LinkCases, link_cases
from services.referral.decisions.resolve_incomplete import ResolveIncomplete, resolve_incomplete
from services.referral.decisions.return_referral import ReturnReferral, return_referral
from services.referral.decisions.submit_referral import SubmitReferral, submit_referral
from services.referral.decisions.triage_referral import TriageReferral, triage_referral
from services.referral.decisions.turn_away import ResolveTurnedAway, resolve_turned_away
from services.referral.decisions.unlink_cases import UnlinkCases, unlink_cases
from services.referral.decisions.withdraw_record import WithdrawRecord, withdraw_record
from services.referral.referral import unknown
from shared.access.policy import may
from shared.access.scopes import may_write
from shared.http.command import Command, Deciding
from shared.http.problems import not_found
from shared.kernel.events import Fact, Recorded
from shared.protocol.protocol import Protocol

Ids = Mapping[str, str]


def _referral(ids: Ids) -> Sequence[str]:
    return (f"referral/{ids['referral_id']}",)


def _family(ids: Ids) -> Sequence[str]:
    return (f"family/{ids['case_id']}",)


def _child(ids: Ids) -> Sequence[str]:
    return (f"child/{ids['child_id']}",)


def _turned_away(ids: Ids) -> Sequence[str]:
    return (f"turned-away/{ids['turned_away_id']}",)


def _by(decide: Callable[..., Sequence[Fact]], streams: Callable[[Ids], Sequence[str]]) -> Callable[[Deciding], Any]:
    """The decision on the first stream of the path."""

    def decided(deciding: Deciding) -> Sequence[Fact]:
        state = deciding.state(streams(deciding.ids)[0])
        return decide(state, deciding.known, deciding.body, deciding.protocol, deciding.act)

    return decided


def _by_around(
    decide: Callable[..., Sequence[Fact]], streams: Callable[[Ids], Sequence[str]]
) -> Callable[[Deciding], Any]:
    """The same with what stands around it."""

    def decided(deciding: Deciding) -> Sequence[Fact]:
        state = deciding.state(streams(deciding.ids)[0])
        around = deciding.extra["around"]
        return decide(state, deciding.known, deciding.body, deciding.protocol, deciding.act, around)

    return decided


def _submitted(deciding: Deciding) -> Sequence[Fact]:
    assert deciding.act is not None
    assert deciding.protocol is not None
    state = unknown(deciding.act.new_id())
    around = deciding.extra["around"]
    return submit_referral(state, deciding.known, deciding.body, deciding.protocol, deciding.act, around)


async def _around_triage(deciding: Deciding) -> None:
    named = {said.open_child_id for said in deciding.body.children if said.open_child_id}
    named |= {other for said in deciding.body.children for other in said.not_same_as}
    await around_referral(deciding, named)


async def _around_referral(deciding: Deciding) -> None:
    await around_referral(deciding)


async def _around_link(deciding: Deciding) -> None:
    # Whoever links two cases has to see both: the other one's id came in the body, and could be any.
    for case_id in sorted({deciding.body.kept, deciding.body.joined} - {deciding.ids["case_id"]}):
        await look_at_other(deciding, case_id)
        mask = may(deciding.caller, about_near(deciding), deciding.house.now())
        if mask is None or not may_write("LinkCases", mask):
            raise not_found()
    await around_case(deciding)


def _link(deciding: Deciding, recorded: Sequence[Recorded]) -> dict[str, Any]:
    """By what name the link is undone: of the new one, or of the one that says the same already."""
    if recorded:
        return {"link_id": recorded[0].data.link_id}
    ends = {deciding.body.kept, deciding.body.joined}
    standing = deciding.state(_family(deciding.ids)[0]).standing_links
    return {"link_id": next(link.link_id for link in standing if {link.kept, link.joined} == ends)}


def _asks_at_once(raw: Any, protocol: Protocol) -> bool:
    children = raw.get("children") if isinstance(raw, dict) else None
    said = [child.get("outcome") for child in children if isinstance(child, dict)] if isinstance(children, list) else []
    return any(isinstance(word, str) and protocol.group_of(word) == "STRATEGY" for word in said)


Prepare = Callable[[Deciding], Awaitable[None]]


def _on_referral(
    name: str, step: str, model: Any, decide: Any, summary: str, prepare: Prepare | None = None
) -> Command:
    return Command(
        name=name,
        path=f"/referrals/{{referral_id}}/{step}",
        model=model,
        summary=summary,
        streams=_referral,
        decide=_by_around(decide, _referral) if prepare else _by(decide, _referral),
        about=about_near,
        look=look_at_referral,
        prepare=prepare,
        at_once=_asks_at_once if model is TriageReferral else None,
    )


COMMANDS: tuple[Command, ...] = (
    Command(
        name="SubmitReferral",
        path="/referrals",
        model=SubmitReferral,
        summary="Send a referral about one child or several.",
        description=(
            "What a partner agency's system sends, and the front door for whoever rings. A safeguarding concern, or a "
            "referral that marks a danger, is taken whatever is missing of it: the answer names what is missing. For a "
            "child in danger now, ring 999."
        ),
        streams=lambda ids: (),
        decide=_submitted,
        about=lambda deciding: None,
        prepare=submitting.prepare,
        creates=True,
        at_once=submitting.at_once,
        parse=submitting.parse,
        answer=submitting.answer,
        subject=submitting.subject,
    ),
    _on_referral(
        "TriageReferral",
        "triage",
        TriageReferral,
        triage_referral,
        "Decide what follows for each child.",
        _around_triage,
    ),
    _on_referral(
        "AcknowledgeReferral",
        "acknowledgement",
        AcknowledgeReferral,
        acknowledge_referral,
        "Tell the referrer that it was received.",
    ),
    _on_referral("ReturnReferral", "return", ReturnReferral, return_referral, "Ask the referrer for more."),
    _on_referral(
        "CloseReferral",
        "closure",
        CloseReferral,
        close_referral,
        "Close a referral that leads nowhere.",
        _around_referral,
    ),
    _on_referral(
        "DecidePathway",
        "pathway",
        DecidePathway,
        decide_pathway,
        "Put a child on a pathway, or take it off.",
        _around_referral,
    ),
    _on_referral(
        "CompleteEarlySupportReview",
        "early-support-review",
        CompleteEarlySupportReview,
        complete_early_support_review,
        "Say, on review, whether early support still serves.",
        _around_referral,
    ),
    _on_referral(
        "ResolveIncomplete", "resolved-items", ResolveIncomplete, resolve_incomplete, "Supply what a record lacked."
    ),
    _on_referral("WithdrawRecord", "withdrawals", WithdrawRecord, withdraw_record, "Say that a record should not be."),
    Command(
        name="LinkCases",
        path="/cases/{case_id}/links",
        model=LinkCases,
        summary="Say that two cases are one family's.",
        description="The answer holds `link_id`, by which the link can be undone.",
        streams=_family,
        decide=_by_around(link_cases, _family),
        about=about_near,
        look=look_at_case,
        prepare=_around_link,
        answer=_link,
    ),
    Command(
        name="UnlinkCases",
        path="/cases/{case_id}/unlinkings",
        model=UnlinkCases,
        summary="Undo a link that was wrong.",
        streams=_family,
        decide=_by(unlink_cases, _family),
        about=about_near,
        look=look_at_case,
        prepare=around_case,
    ),
    Command(
        name="CorrectIdentity",
        path="/children/{child_id}/identity",
        model=CorrectIdentity,
        summary="Correct who a child is.",
        streams=_child,
        decide=_by(correct_identity, _child),
        about=about_near,
        look=look_at_child,
        prepare=open_child,
    ),
    Command(
        name="ResolveTurnedAway",
        path="/turned-away/{turned_away_id}/resolution",
        model=ResolveTurnedAway,
        summary="Say that whoever was turned away was rung.",
        streams=_turned_away,
        decide=_by(resolve_turned_away, _turned_away),
        about=about_turned_away,
    ),
)
