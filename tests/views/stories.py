"""Short histories of synthetic families, told by letters: what the tests of qa's folds start from."""

from datetime import timedelta

from shared.kernel.events import Incomplete
from shared.kernel.letters import Letter
from shared.kernel.people import Actor
from tests.views.letters import Post, london

CAT_MANAGER = Actor(id="p-cat-manager", role="SW_TEAM_MANAGER", team="CAT", employer="authority", social_worker=True)
PRACTITIONER = {"id": "p-fhlp", "role": "LEAD_PRACTITIONER", "team": "FAMILY_HELP", "social_worker": False}


def amber(post: Post, at: str, case: str, child: str, triaged: str) -> Letter:
    """A referral that goes straight to Family Help. Gives the request for allocation."""
    post.referral(london(at), case, child)
    triage = post.triage(london(triaged), case, child, "AMBER", "FAMILY_HELP", rules=("WLV-REF-07",))
    return post.send(
        "allocation.AllocationRequested",
        london(triaged),
        case=case,
        about=(child,),
        because_of=triage,
        team="FAMILY_HELP",
        purpose="FAMILY_HELP",
        reason_code="NEW_REFERRAL",
    )


def active(post: Post, at: str, case: str, child: str, level: str = "CHILD_IN_NEED") -> Letter:
    """CAT determines the level and the managers allocate a lead. Gives the allocation."""
    post.send(
        "planning.ThresholdChanged",
        london(at),
        case=case,
        about=(child,),
        by=CAT_MANAGER,
        to=level,
        decided_in="CAT",
    )
    return post.send(
        "allocation.LeadAllocated",
        london(at) + timedelta(hours=1),
        case=case,
        about=(child,),
        by=CAT_MANAGER,
        lead=PRACTITIONER,
        purpose="FAMILY_HELP",
    )


def red(post: Post, at: str, case: str, child: str, triaged: str) -> Letter:
    """A worry with fields missing, which the front door sends to the MASH. Gives the triage."""
    missing = Incomplete(what="referrer.telephone", rule="WLV-REF-01", since=london(at), owner="FRONT_DOOR_WORKER")
    post.referral(
        london(at), case, child, request_kind="SAFEGUARDING_CONCERN", immediate_risk=True, incomplete=(missing,)
    )
    return post.triage(
        london(triaged), case, child, "RED", "STRATEGY_DISCUSSION", held_by="MASH", rules=("WLV-REF-09",)
    )


def discussion(post: Post, at: str, case: str, outcome: str, *children: str, held_by: str = "MASH") -> Letter:
    """A strategy discussion is held, with one outcome for all."""
    return post.send(
        "planning.StrategyDiscussionHeld",
        london(at),
        case=case,
        about=children,
        held_by=held_by,
        held_at=london(at).isoformat(),
        children=[{"child_id": child, "outcome": outcome} for child in children],
    )


def joined(post: Post, at: str, case: str, child: str, open_case: str, open_child: str, link_id: str) -> Letter:
    """A second eMARF about a child already open joins the open case two hours later. Gives the triage."""
    received = london(at)
    post.referral(received, case, child)
    decided = received + timedelta(hours=2)
    triage = post.triage(
        decided, case, child, "AMBER", "ADDED_TO_OPEN_CASE", open_case_id=open_case, open_child_id=open_child
    )
    post.link(decided, link_id, open_case, case, (open_child, child), because_of=triage)
    return triage
