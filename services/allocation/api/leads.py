"""Who leads and who helps beside, each step as one POST."""

from services.allocation.decisions.allocate_lead import (
    AllocateLead,
    allocate_lead,
    behind,
    people_of,
    stream_of,
    who_leads,
)
from services.allocation.decisions.answer_agency_assistance import AnswerAgencyAssistance, answer_agency_assistance
from services.allocation.decisions.co_allocate import CoAllocate, co_allocate
from services.allocation.decisions.end_lead import EndLead, end_lead, leads_of
from services.allocation.decisions.request_agency_assistance import (
    RequestAgencyAssistance,
    request_agency_assistance,
)
from services.allocation.decisions.request_ap_support import RequestAPSupport, request_ap_support
from shared.http.command import Command
from shared.http.on_case import on_case


def _person(body: CoAllocate) -> tuple[str, ...]:
    return (body.person,)


def _practitioner(body: RequestAPSupport) -> tuple[str, ...]:
    return (body.advanced_practitioner_id,) if body.advanced_practitioner_id else ()


LEADS: tuple[Command, ...] = (
    on_case(
        "AllocateLead",
        "leads",
        AllocateLead,
        allocate_lead,
        "Name who leads, for some or all children of the family.",
        people=people_of,
        of_the_case=who_leads,
        reads=stream_of,
        of_the_states=behind,
    ),
    on_case("EndLead", "lead-endings", EndLead, end_lead, "End a lead without a successor.", of_the_case=leads_of),
    on_case(
        "CoAllocate",
        "co-workers",
        CoAllocate,
        co_allocate,
        "Bring somebody in for a piece of work beside the lead.",
        people=_person,
    ),
    on_case(
        "RequestAgencyAssistance",
        "agency-assistance",
        RequestAgencyAssistance,
        request_agency_assistance,
        "Ask another agency to help.",
    ),
    on_case(
        "AnswerAgencyAssistance",
        "agency-assistance-answers",
        AnswerAgencyAssistance,
        answer_agency_assistance,
        "Answer for your agency whether it helps.",
    ),
    on_case(
        "RequestAPSupport",
        "advanced-practitioner-support",
        RequestAPSupport,
        request_ap_support,
        "Ask an Advanced Practitioner for more support to a lead.",
        people=_practitioner,
    ),
)
