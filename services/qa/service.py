"""qa as one table: what it records, believes and shows. It keeps every letter of all four services, its own too."""

from collections.abc import Callable, Mapping, Sequence

from services.qa import client, staff
from services.qa.decisions.appoint_staff import post_key
from services.qa.events import (
    AccessGranted,
    AccessRevoked,
    BreakGlassOpened,
    ClientRegistered,
    ClientSuspended,
    ClockBreached,
    ClockDue,
    RecordRestricted,
    RestrictionLifted,
    StaffAppointed,
    StaffEnded,
)
from services.qa.views.cases import CASES
from services.qa.views.competence import COMPETENCE
from services.qa.views.deadlines import DEADLINES
from services.qa.views.desktops import DESKTOPS
from services.qa.views.leave import LEAVE
from services.qa.views.oversight import OVERSIGHT
from services.qa.views.registers import CLIENTS, STAFF
from services.qa.views.rejections import REJECTIONS
from shared.kernel.about import about_client, about_person
from shared.kernel.events import Event
from shared.kernel.letters import Letter
from shared.kernel.own_events import OWN_EVENTS
from shared.kernel.service import Service, Stream
from shared.protocol.urgent import is_urgent

EVENTS: tuple[type[Event], ...] = (
    ClientRegistered,
    ClientSuspended,
    StaffAppointed,
    StaffEnded,
    ClockDue,
    ClockBreached,
    AccessGranted,
    AccessRevoked,
    RecordRestricted,
    RestrictionLifted,
    BreakGlassOpened,
    *OWN_EVENTS,
)


def _about_staff(letter: Letter) -> Sequence[str]:
    """The person, and the post: who else holds it decides whether another may."""
    return (*about_person(letter), post_key(letter.authority, letter.data["post"]))


# What a case is, qa reads in its inbox; of beliefs it needs the registers alone, to know who calls.
BELIEFS: Mapping[str, Callable[[Letter], Sequence[str]]] = {
    "qa.ClientRegistered": about_client,
    "qa.ClientSuspended": about_client,
    "qa.StaffAppointed": _about_staff,
    "qa.StaffEnded": _about_staff,
    "allocation.PractitionerRegistered": about_person,
    "allocation.PractitionerDeregistered": about_person,
}


def _id(stream: str) -> str:
    return stream.split("/", 1)[1]


SERVICE = Service(
    name="qa",
    is_urgent=is_urgent,
    title="what can be shown",
    events=EVENTS,
    streams={
        "client": Stream("client", lambda stream: client.unknown(_id(stream)), client.evolve),
        "staff": Stream("staff", lambda stream: staff.unknown(_id(stream)), staff.evolve),
    },
    beliefs=BELIEFS,
    views=(CLIENTS, STAFF, LEAVE),
    gatherings=(CASES, DEADLINES, DESKTOPS, OVERSIGHT, COMPETENCE, REJECTIONS),
    keeps_all=True,
)
