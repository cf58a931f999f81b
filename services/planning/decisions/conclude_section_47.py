"""Concluding section 47 enquiries: an outcome for each child, and each outcome has a next step."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from services.planning.decisions.landing import circumstances, following
from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import Section47EnquiryConcluded, Spoken
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word, Words
from shared.kernel.events import Fact, bringing
from shared.kernel.fields import Code, IsoDate, Sent
from shared.kernel.sealed import Sealed
from shared.protocol.facts import first
from shared.protocol.leads import CP_LEAD, active, leads_in
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, here, under, weigh

NAME, CONFERENCE = "ConcludeSection47", "CONFERENCE"
NOT_SPOKEN = ("UNBORN", "TOO_YOUNG", "UNSAFE", "REFUSED", "OTHER")


class Concluded(Sent):
    """What the enquiry about one child came to. enquiry_id: which, where several about the child are open."""

    child_id: Id
    enquiry_id: Id | None = None
    outcome: Word | None = None
    child_spoken_to_on: IsoDate | None = None
    not_spoken_reason: Annotated[str, Code(NOT_SPOKEN)] | None = None
    not_spoken_reason_note: Note | None = None
    information_sources: Words = ()


class ConcludeSection47(Command):
    """An outcome for each child: siblings may differ."""

    children: Annotated[tuple[Concluded, ...], Field(min_length=1, max_length=50)]


def conclude_section_47(matter: Matter, known: Known, command: ConcludeSection47, act: Act) -> tuple[Fact, ...]:
    """For each child the conclusion, its level and what follows from where it lands. Raises Refused.

    An enquiry that awaits its conference already is not sent there again.
    """
    said = {matter.linked.child(one.child_id): (place, one) for place, one in enumerate(command.children)}
    weighed = {child: _weighed(matter, child, place, one, act) for child, (place, one) in said.items()}
    refusals = dict.fromkeys(no for one in weighed.values() for no in one.refusals)
    Weighed(refusals=tuple(refusals)).insist({"outcomes": [one.outcome for one in command.children]})
    return tuple(
        fact
        for child, (_, one) in said.items()
        if not _awaits_already(matter, child, one)
        for fact in _concluded(matter, child, one, weighed[child], act)
    )


def _weighed(matter: Matter, child: str, place: int, said: Concluded, act: Act) -> Weighed:
    where = f"/children/{place}"
    weighed = under(weigh(matter.protocol, NAME, {"outcome": said.outcome}, act, child), where)
    weighed += here(matter.protocol, _enquiry(matter, child, said) is not None, f"{where}/enquiry_id")
    return weighed + allowed(matter.protocol, NAME, act, leads=_leads(matter, child, act))


def _enquiry(matter: Matter, child: str, said: Concluded) -> str | None:
    """The open enquiry that is meant: the one named, or the only one."""
    known = standing_of(matter, child).enquiries
    if said.enquiry_id is not None:
        return said.enquiry_id if said.enquiry_id in known else None
    return next(iter(known)) if len(known) == 1 else None


def _awaits_already(matter: Matter, child: str, said: Concluded) -> bool:
    return said.outcome == CONFERENCE and _enquiry(matter, child, said) in standing_of(matter, child).awaiting


def _leads(matter: Matter, child: str, act: Act) -> bool:
    """Whether this person leads the enquiry: named when it was opened, or allocated since."""
    ids = matter.linked.ids_of(child)
    lead = active(leads_in(matter.facts), CP_LEAD, ids)
    if lead is not None:
        return lead.person.id == act.by.id
    opened = [fact for fact in matter.about(child, matter.facts) if fact.title == "Section47EnquiryOpened"]
    return bool(opened) and first(opened[-1].data, "lead.id") == act.by.id


def _concluded(matter: Matter, child: str, said: Concluded, weighed: Weighed, act: Act) -> tuple[Fact, ...]:
    note = said.not_spoken_reason_note
    event = Section47EnquiryConcluded(
        enquiry_id=_enquiry(matter, child, said) or "",
        outcome=said.outcome or "",
        child_spoken_to=Spoken(date=said.child_spoken_to_on) if said.child_spoken_to_on else None,
        not_spoken_reason=said.not_spoken_reason,
        not_spoken_reason_note=Sealed(f"note/{act.new_id()}", note) if note else None,
        information_sources=said.information_sources,
    )
    concluded = replace(of_child(matter, child, event, weighed, act, inputs={}), event_id=act.new_id())
    facts: dict[str, Any] = {"outcome": said.outcome, **circumstances(matter, child, (concluded,), act)}
    beside = following(matter, child, NAME, (concluded,), facts, act)
    return bringing(replace(concluded, inputs=facts), beside, act.new_id)
