"""Looking at early support again because worries rose: does social care have to be asked?"""

from services.referral.decisions.around import NOTHING_AROUND, Around, open_early_support, picture
from services.referral.decisions.receiving import sealed
from services.referral.events import EarlySupportReviewed
from services.referral.referral import Referral
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact
from shared.kernel.fields import StrictBool
from shared.protocol.linked import linked_with
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import coded, here, person_of, weigh


class CompleteEarlySupportReview(Command):
    """refer: social care is asked for a more targeted response. esp_ref: the plan reviewed, where it is on file."""

    refer: StrictBool | None = None
    esp_ref: Id | None = None
    reason_code: Word | None = None
    reason_note: Note | None = None


def complete_early_support_review(
    state: Referral,
    known: Known,
    command: CompleteEarlySupportReview,
    protocol: Protocol,
    act: Act,
    around: Around = NOTHING_AROUND,
) -> tuple[Fact, ...]:
    """The review. Its event's id is what the lead's referral names. Raises Refused."""
    cases = (*((state.case_id,) if state.case_id else ()), *around.cases.values())
    told = picture(known, state.facts, around, cases).told
    # A child who only may be this one is of another family until somebody links the two.
    family = linked_with(state.case_id, told).case_ids if state.case_id else ()
    plans = open_early_support(told, family)
    by_lead = any(plan.lead_id == act.by.id for plan in plans)
    facts = {
        "refer": command.refer,
        "reason_code": command.reason_code,
        "by_esp_lead": by_lead,
        "esp": "OPEN" if plans else "NONE",
    }
    weighed = here(protocol, state.received) + weigh(protocol, "CompleteEarlySupportReview", facts, act)
    weighed += coded(protocol, "CompleteEarlySupportReview.reason_code", command.reason_code, command.reason_note)
    weighed.insist(facts)
    event = EarlySupportReviewed(
        esp_ref=command.esp_ref or (plans[0].plan_id if len(plans) == 1 else None),
        refer=command.refer is True,
        by_esp_lead=by_lead,
        decided_by=person_of(act.by),
        reason_code=command.reason_code,
        reason_note=sealed(f"note/{act.new_id()}", command.reason_note),
    )
    return (
        Fact(
            stream=f"referral/{state.referral_id}",
            event=event,
            case_id=state.case_id,
            child_ids=state.child_ids,
            rules=weighed.rules,
            incomplete=weighed.incomplete,
            warnings=weighed.warnings,
            inputs=facts,
        ),
    )
