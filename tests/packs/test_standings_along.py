"""Where children stood at every place of a history: read once, it is what each beginning of it alone would give."""

from shared.kernel.beliefs import Told, told_by
from shared.protocol.standing import UNKNOWN, standings, standings_along
from tests.packs.families import ALTERNATIVE, Family
from tests.packs.told import wlv
from tests.views.letters import london


def history() -> list[Told]:
    """Two children, one of them with another id by a link, through Family Help, an enquiry and a plan."""
    told = Family()
    told.opened("2026-02-02", "c1", "c2")
    told.lead("2026-02-03 09:00", ALTERNATIVE, "c1", "c2")
    told.post.referral(london("2026-02-04 09:00"), "k2", "c9")
    told.post.link(london("2026-02-04 10:00"), "link", "k1", "k2", ("c1", "c9"))
    told.told("Section47EnquiryOpened", "2026-03-02 10:00", "c9", enquiry_id="e1")
    told.told("InitialConferenceHeld", "2026-03-20 10:00", decision="PLAN")
    told.told("ReviewConferenceHeld", "2026-06-20 10:00", decision="END_PLAN")
    told.closed("2026-07-01 10:00", "c2")
    return [told_by(letter) for letter in told.post.sent]


def test_one_reading_tells_where_each_child_stood_after_each_fact():
    facts = history()
    after = standings_along(facts, wlv())
    for count in range(len(facts) + 1):
        alone = standings(facts[:count], wlv())
        assert {child: after(count)[child] for child in alone} == dict(alone)
        assert all(stood == UNKNOWN for child, stood in after(count).items() if child not in alone)
    states = {after(count)["c1"].state for count in range(len(facts) + 1)}
    assert states >= {None, "RECEIVED", "AWAITING_ALLOCATION", "FAMILY_HELP_ACTIVE", "S47_MACPT", "CP_PLAN"}
