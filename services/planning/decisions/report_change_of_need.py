"""Reporting that a child's need, risk or what worries people is rising or falling: whoever works with it may."""

from typing import Annotated, Literal

from pydantic import Field

from services.planning.decisions.recording import of_child, standing_of
from services.planning.events import ChangeOfNeedReported
from shared.kernel.act import Act
from shared.kernel.beliefs import Known
from shared.kernel.command import Command, Id
from shared.kernel.events import Fact
from shared.kernel.fields import Code, Sent
from shared.protocol.linked import Matter
from shared.protocol.weighing import allowed, here

SOURCES = ("PRACTITIONER", "FAMILY", "AGENCY", "REFERRAL", "MEETING", "STEP_IN")


class Changing(Sent):
    """One child, and which way."""

    child_id: Id
    trend: Literal["UP", "DOWN"]


class ReportChangeOfNeed(Command):
    """What changes for whom. source: where it comes from; from_event: the record that shows it."""

    children: Annotated[tuple[Changing, ...], Field(min_length=1, max_length=50)]
    source: Annotated[str, Code(SOURCES)] = "PRACTITIONER"
    from_event: Id | None = None


def report_change_of_need(matter: Matter, known: Known, command: ReportChangeOfNeed, act: Act) -> tuple[Fact, ...]:
    """One event for each child. Raises Refused for a child or a record not known here."""
    weighed = allowed(matter.protocol, "ReportChangeOfNeed", act)
    for place, said in enumerate(command.children):
        known_here = bool(matter.about(said.child_id, matter.facts))
        weighed += here(matter.protocol, known_here, f"/children/{place}/child_id")
    shown = command.from_event is None or matter.basis(command.from_event) is not None
    weighed += here(matter.protocol, shown, "/from_event")
    weighed.insist({"source": command.source})
    trends: dict[str, Literal["UP", "DOWN"]] = {
        matter.linked.child(said.child_id): said.trend for said in command.children
    }
    return tuple(
        of_child(
            matter,
            child,
            ChangeOfNeedReported(trend=trend, source=command.source, from_event=command.from_event),
            weighed,
            act,
            inputs={"state": standing_of(matter, child).state, "trend": trend},
        )
        for child, trend in trends.items()
    )
