"""Correcting who a child is. A date of birth that makes another age is told to the other services as an age."""

from services.referral.child import Child
from services.referral.decisions.ages import Age, age_on
from services.referral.decisions.form import SubmittedChild
from services.referral.decisions.receiving import IDENTIFIERS, sealed
from services.referral.events import ChildAgeCorrected, ChildIdentified
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.calendar import local_date
from shared.kernel.command import Command
from shared.kernel.events import Fact
from shared.protocol.facts import first
from shared.protocol.protocol import Protocol
from shared.protocol.weighing import allowed, here, not_ahead


class CorrectIdentity(Command, SubmittedChild):
    """What is known better now; what is left out stays as it was."""


def correct_identity(
    state: Child, known: Known, command: CorrectIdentity, protocol: Protocol, act: Act
) -> tuple[Fact, ...]:
    """The child identified anew, its age corrected where it is another; nothing if nothing was said.

    Raises Refused. state: with its sealed parts open.
    """
    weighed = here(protocol, state.identified)
    weighed += allowed(protocol, "CorrectIdentity", act, _leads(state, known, act))
    weighed += not_ahead(protocol, command.date_of_birth, act, "/date_of_birth")
    weighed.insist({})
    said = command.model_dump(mode="json", exclude_none=True, exclude={"occurred_at"})
    said = {name: value for name, value in said.items() if value != []}
    if not said:
        return ()
    before = Age(state.age_years, state.unborn, state.not_known)
    age = _age_after(state, command, act, before)
    subject = f"child/{state.child_id}"
    name = {part: said[part] for part in ("first_name", "surname") if part in said}
    kept = {part: said[part] for part in IDENTIFIERS if part in said}
    if "disabilities" in kept:
        kept["disabilities"] = " ".join(kept["disabilities"])
    born = sealed(subject, command.date_of_birth)
    identified = ChildIdentified(
        child_id=state.child_id,
        name=sealed(subject, {**(state.name or {}), **name} if name else None),
        date_of_birth=born,
        identifiers=sealed(subject, {**(state.identifiers or {}), **kept} if kept else None),
        age_years=age.years,
        unborn=age.unborn,
        not_known=age.not_known,
    )
    events: list[ChildIdentified | ChildAgeCorrected] = [identified]
    if age != before:
        corrected = ChildAgeCorrected(
            child_id=state.child_id,
            age_years=age.years,
            unborn=age.unborn,
            not_known=age.not_known,
            date_of_birth=born,
        )
        events.append(corrected)
    return tuple(
        Fact(stream=subject, event=event, case_id=state.case_id, child_ids=(state.child_id,), rules=weighed.rules)
        for event in events
    )


def _age_after(state: Child, command: CorrectIdentity, act: Act, before: Age) -> Age:
    said = (command.date_of_birth, command.estimated_age, command.expected_date_of_delivery)
    if all(part is None for part in said):
        return age_on(local_date(act.occurred_at), state.date_of_birth) if state.date_of_birth else before
    return age_on(local_date(act.occurred_at), *said)


def _leads(state: Child, known: Known, act: Act) -> bool:
    """Whether the caller holds a lead on the child's case."""
    leads: set[str] = set()
    for fact in known.of(state.case_id or "", "allocation.LeadAllocated", "allocation.LeadEnded"):
        ended = fact.title == "LeadEnded"
        person = first(fact.data, "lead.id") or first(fact.data, "previous_lead.id")
        if person is not None:
            leads = leads - {person} if ended else leads | {person}
        previous = first(fact.data, "previous_lead.id") or first(fact.data, "previous_lead")
        if not ended and isinstance(previous, str):
            leads = leads - {previous}
    return act.by.id in leads
