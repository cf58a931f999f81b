"""Letters for qa's inbox, of the shape the services send: a referral, its triage and what follows, case after case."""

from collections.abc import Iterator
from datetime import timedelta

from shared.kernel.letters import Letter
from tests.views.letters import Post, london
from tests.views.stories import PRACTITIONER

EACH = 5


def letters(count: int) -> Iterator[Letter]:
    """So many letters: five about each case."""
    post = Post()
    for number in range(-(-count // EACH)):
        case, child = f"case-{number:08}", f"child-{number:08}"
        at = london("2026-01-05 09:00") + timedelta(minutes=number % 400_000)
        post.sent.clear()
        post.referral(at, case, child, rules=("WLV-REF-01", "WLV-REF-02"))
        triage = post.triage(at + timedelta(hours=2), case, child, "AMBER", "FAMILY_HELP", rules=("WLV-REF-07",))
        post.send(
            "allocation.AllocationRequested",
            at + timedelta(hours=2),
            case=case,
            about=(child,),
            because_of=triage,
            team="FAMILY_HELP",
            purpose="FAMILY_HELP",
            reason_code="NEW_REFERRAL",
        )
        post.send(
            "planning.ThresholdChanged",
            at + timedelta(hours=2),
            case=case,
            about=(child,),
            because_of=triage,
            to="CHILD_IN_NEED",
            decided_in="FAMILIES_FRONT_DOOR",
        )
        post.send(
            "allocation.LeadAllocated",
            at + timedelta(hours=5),
            case=case,
            about=(child,),
            lead=PRACTITIONER,
            purpose="FAMILY_HELP",
        )
        yield from post.sent[: count - number * EACH]
