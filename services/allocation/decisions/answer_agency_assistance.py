"""Answering for one's agency whether it helps."""

from services.allocation.decisions.asking import employer_of
from services.allocation.decisions.recording import noted, on_the_case
from services.allocation.events import AgencyAssistanceAnswered
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id, Note, Word
from shared.kernel.events import Fact
from shared.protocol.facts import first
from shared.protocol.linked import Matter
from shared.protocol.weighing import Weighed, allowed, coded, here, weigh


class AnswerAgencyAssistance(Command):
    """To which request, and what the agency answers. reason_code: why it declines, if it does."""

    request_id: Id
    answer: Word
    reason_code: Word | None = None
    reason_note: Note | None = None


def answer_agency_assistance(
    matter: Matter, known: Known, command: AnswerAgencyAssistance, act: Act
) -> tuple[Fact, ...]:
    """The answer, about the children of the request; nothing if it was given so already. Raises Refused."""
    protocol = matter.protocol
    asked = next((one for one in matter.facts if _is(one.title, "AgencyAssistanceRequested", one.data, command)), None)
    agency = first(asked.data, "agency") if asked else None
    facts = {"answer": command.answer, "reason_code": command.reason_code, "agency": agency}
    works_there = agency is not None and employer_of(known, act) == agency
    weighed = allowed(protocol, "AnswerAgencyAssistance", act, works_there=works_there)
    weighed += here(protocol, asked is not None, "/request_id")
    weighed += coded(protocol, "AnswerAgencyAssistance.reason_code", command.reason_code, command.reason_note)
    weighed += weigh(protocol, "AnswerAgencyAssistance", facts, act)
    weighed.insist(facts)
    answers = [one for one in matter.facts if _is(one.title, "AgencyAssistanceAnswered", one.data, command)]
    assert asked is not None
    if answers and first(answers[-1].data, "answer") == command.answer:
        return ()
    event = AgencyAssistanceAnswered(
        request_id=command.request_id,
        answer=command.answer,
        reason_code=command.reason_code,
        reason_note=noted(command.reason_note, act),
    )
    return (on_the_case(matter, asked.child_ids, event, Weighed(rules=weighed.rules), act, facts),)


def _is(title: str, wanted: str, data: object, command: AnswerAgencyAssistance) -> bool:
    return title == wanted and first(data, "request_id") == command.request_id
