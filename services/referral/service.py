"""The front door as one table: what it records, believes, shows and takes."""

from services.referral import child, family, referral, turned_away
from services.referral.events import EVENTS
from services.referral.reactions import BELIEFS
from services.referral.views.cases import CASES
from services.referral.views.children import CHILDREN
from services.referral.views.front_door import FRONT_DOOR
from services.referral.views.identity import IDENTITY
from services.referral.views.turned_away import TURNED_AWAY
from shared.kernel.service import Service, Stream
from shared.protocol.urgent import is_urgent


def _id(stream: str) -> str:
    return stream.split("/", 1)[1]


SERVICE = Service(
    name="referral",
    is_urgent=is_urgent,
    title="the front door",
    events=EVENTS,
    streams={
        "referral": Stream("referral", lambda stream: referral.unknown(_id(stream)), referral.evolve),
        "child": Stream("child", lambda stream: child.unknown(_id(stream)), child.evolve),
        "family": Stream("family", lambda stream: family.unknown(_id(stream)), family.evolve),
        "turned-away": Stream("turned-away", lambda stream: turned_away.unknown(_id(stream)), turned_away.evolve),
    },
    beliefs=BELIEFS,
    views=(FRONT_DOOR, CASES, CHILDREN, IDENTITY, TURNED_AWAY),
)
