"""Facts of all services about one child, one hour apart, as a fold of the map reads them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from shared.kernel.beliefs import Told
from shared.kernel.people import Actor
from shared.protocol.load import protocol_of
from shared.protocol.protocol import Protocol
from shared.protocol.standing import Standing, standing

NOW = datetime(2026, 4, 1, tzinfo=UTC)
CHILD = "ada"

Said = tuple[str, dict[str, Any]]


def wlv() -> Protocol:
    """Wolverhampton's protocol, read when it is asked for: `make nudge` changes it after the tests were collected."""
    return protocol_of("WLV", NOW)


def said(name: str, **data: Any) -> Said:
    """An event and its payload."""
    return name, data


def facts(*events: Said, child: str = CHILD, after: int = 0) -> tuple[Told, ...]:
    """The events as facts about a child, the first so many hours after the beginning."""
    return tuple(
        Told(
            event_id=f"{child}{place}",
            name=name,
            child_ids=(child,),
            case_id="case",
            occurred_at=NOW + timedelta(hours=place),
            recorded_at=NOW,
            source=name.partition(".")[0],
            sequence=place,
            actor=Actor(id="somebody"),
            data=data,
        )
        for place, (name, data) in enumerate(events, after)
    )


def stands(*events: Said) -> Standing:
    """Where the child stands after these events in Wolverhampton."""
    return standing(facts(*events), wlv(), CHILD)
