"""What people talk about between the meetings, and what they see changing, each as one POST."""

from services.planning.decisions.record_lcpp_conversation import (
    RecordLCPPConversation,
    people_of,
    record_lcpp_conversation,
)
from services.planning.decisions.record_talk_of_the_lead import (
    RecordLineManagerDiscussion,
    line_manager_of,
    record_line_manager_discussion,
)
from services.planning.decisions.report_change_of_need import ReportChangeOfNeed, report_change_of_need
from shared.http.command import Command
from shared.http.on_case import on_case

TALKS: tuple[Command, ...] = (
    on_case(
        "RecordLCPPConversation",
        "lcpp-conversations",
        RecordLCPPConversation,
        record_lcpp_conversation,
        "Record a conversation with a lead child protection practitioner, and what it settled.",
        people=people_of,
        record=True,
    ),
    on_case(
        "RecordLineManagerDiscussion",
        "line-manager-discussions",
        RecordLineManagerDiscussion,
        record_line_manager_discussion,
        "Record that the lead practitioner talked to their line manager.",
        people=line_manager_of,
        record=True,
    ),
    on_case(
        "ReportChangeOfNeed",
        "changes-of-need",
        ReportChangeOfNeed,
        report_change_of_need,
        "Say that the need of a child is rising or falling.",
        record=True,
    ),
)
