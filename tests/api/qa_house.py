"""qa on a real store, with letters given to it as a bus would: what the tests of its reads and its tick start from."""

import contextlib
import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import msgspec
import pytest
from fastapi import APIRouter

from deploy.origins import LocalOrigin
from deploy.registering import Registering, register
from services.qa.api import COMMANDS, REGISTERINGS, routes
from services.qa.api.after import Elsewhere
from services.qa.service import SERVICE
from services.qa.tick import tick
from shared.access.caller import Caller, Kind
from shared.access.signed import BadToken
from shared.access.warrants import Warrant
from shared.bus.in_process import InProcessBus, InProcessReader
from shared.bus.intake import Intake
from shared.bus.reader import Page
from shared.bus.wire import read_letter
from shared.http.app import Edges, service_app
from shared.http.house import House
from shared.http.limits import Limiter
from shared.http.metrics import Meter
from shared.kernel.letters import Letter
from shared.kernel.service import Service
from shared.log.sealer import seal_page
from shared.protocol.load import protocol_of
from shared.store.gatherer import gather_page
from shared.store.keyring import Keyring
from shared.store.migrate import migrate_sqlite
from shared.store.projector import project_page
from shared.store.sqlite import SqliteBackend
from shared.store.store import Store
from tests.packs.fictional import FICTIONAL
from tests.views.letters import Post

PARTITIONS = 6
SINCE = "2020-01-01T00:00:00Z"
SYSTEM_CLIENT, CONSOLE = "school-system", "console"

STAFF = {
    "door": ("WLV", "FRONT_DOOR_WORKER", "FAMILIES_FRONT_DOOR"),
    "door_manager": ("WLV", "SW_TEAM_MANAGER", "FAMILIES_FRONT_DOOR"),
    "cat": ("WLV", "SOCIAL_WORKER", "CAT"),
    "cat_manager": ("WLV", "SW_TEAM_MANAGER", "CAT"),
    "mash": ("WLV", "SOCIAL_WORKER", "MASH"),
    "help": ("WLV", "SOCIAL_WORKER", "FAMILY_HELP"),
    "auditor": ("WLV", "AUDITOR", None),
    "officer": ("WLV", "REGISTER_OFFICER", None),
    "testford": ("TST", "DOORKEEPER", "DOOR"),
}
PARTNERS = ("p-fhlp", "p-esp", "paul")


def token_of(name: str, **more: Any) -> Caller:
    """What the token of somebody says, before the registers are asked."""
    authority, post, team = STAFF.get(name, ("WLV", None, None))
    said: dict[str, Any] = {
        "kind": Kind.PERSON,
        "id": name,
        "person_id": name,
        "client_id": f"{CONSOLE}-{authority}",
        "authority": authority,
        "scopes": frozenset({"qa:read", "qa:write"}),
        "post": post,
        "team": team,
        "purpose": "CASEWORK",
    }
    return Caller(**{**said, **more})


@dataclass
class Clock:
    """The domain's now, as a test sets it."""

    at: datetime

    def now(self) -> datetime:
        return self.at


@dataclass
class Qa:
    """qa, running. sealed: what referral shows under a warrant, by case, None while away; warrants: those shown."""

    store: Store
    house: House
    intake: Intake
    clock: Clock
    client: httpx2.AsyncClient
    tokens: dict[str, Caller]
    warrants: list[Warrant] = field(default_factory=list)
    sealed: dict[str, dict[str, Any]] | None = field(default_factory=dict)

    async def get(self, path: str, who: str, **headers: str) -> httpx2.Response:
        """One read by somebody. Raises nothing: the answer tells."""
        return await self.client.get(f"/qa/v1{path}", headers={"Authorization": f"Bearer {who}", **headers})

    async def post(self, path: str, who: str, body: Any, **headers: str) -> httpx2.Response:
        """One command by somebody."""
        sent = {"Authorization": f"Bearer {who}", "Idempotency-Key": f"key-{next(_NUMBERS):08}", **headers}
        return await self.client.post(f"/qa/v1{path}", json=body, headers=sent)

    async def take(self, letters: Sequence[Letter]) -> None:
        """Letters arrive, each source's in its own order, and are folded."""
        for source in sorted({letter.source for letter in letters}):
            mine = sorted((one for one in letters if one.source == source), key=lambda one: one.sequence)
            await self.intake.take(Page(source, 0, mine))
        await self.settle()

    async def settle(self) -> None:
        """Everything that runs beside the requests comes to rest: sealing, own letters, folding."""
        origin = LocalOrigin({"qa": [self.store]})
        while await seal_page(self.store, PARTITIONS):
            pass
        for part in range(PARTITIONS):
            place = self.intake.places.get((self.store.source, part), ("", 0))[1]
            feed = await origin.page(self.store.source, part, place)
            if feed.letters:
                await self.intake.take(Page(self.store.source, part, [read_letter(bytes(raw)) for raw in feed.letters]))
        while await gather_page(self.store, SERVICE.gatherings):
            pass
        while await project_page(self.store):
            pass

    async def tick(self) -> None:
        """One round of the tick."""
        await tick(self.house, self.store)()

    async def stored(self, name: str) -> list[Any]:
        """The events of a name on record, in order."""
        events = [self.store.mapper.recorded(state) for _, state in await self.store.log(0, 10_000)]
        return [event for event in events if event.name == name]

    async def open(self, warrant: Warrant) -> dict[str, Any] | None:
        """referral's answer to a warrant: what it names and no more."""
        self.warrants.append(warrant)
        if self.sealed is None:
            return None
        parts = self.sealed.get(warrant.case_id, {"children": {}, "referrals": {}})
        return {
            "children": {child: told for child, told in parts["children"].items() if child in warrant.child_ids},
            "referrals": parts["referrals"],
        }


_NUMBERS = itertools.count(1)


def fresh_id() -> str:
    # As wide as any: what happened at one instant is listed in the order of its ids.
    return f"id-{next(_NUMBERS):08}"


def a_store(folder: Path, service: Service) -> Store:
    """A store of a service on a file of its own, with its tables."""
    path = folder / f"{service.name}.db"
    migrate_sqlite(path, [*service.views, *service.gatherings])
    return Store(service, "main", SqliteBackend(path), Keyring(folder / f"{service.name}.kek.json"))


def an_intake(store: Store, clock: Clock) -> Intake:
    """The intake of a store, given its pages by hand."""
    origin = LocalOrigin({store.service.name: [store]})
    reader = InProcessReader(InProcessBus(), origin, [])
    return Intake(store, reader, origin, protocol_of, clock.now, fresh_id, lambda source: source)


def a_house(store: Store, clock: Clock, tokens: dict[str, Caller]) -> House:
    """The house of one store."""

    def verify(token: str, now: datetime) -> Caller:
        if token not in tokens:
            raise BadToken("SIGNATURE")
        return tokens[token]

    return House(
        service=store.service,
        stores={"main": store},
        store_of=lambda authority: store,
        protocol_for=protocol_of,
        now=clock.now,
        real=lambda: datetime.now(UTC),
        new_id=fresh_id,
        verify=verify,
        partitions=PARTITIONS,
        limiter=Limiter(100_000),
    )


@contextlib.asynccontextmanager
async def qa_running(folder: Path, at: datetime, elsewhere: Elsewhere | None = None) -> AsyncIterator[Qa]:
    """qa with everybody of STAFF and PARTNERS in the registers, and Testford beside Wolverhampton."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOLDONCE_PACKS", str(FICTIONAL))
        async with _running(folder, at, elsewhere) as qa:
            yield qa


@contextlib.asynccontextmanager
async def _running(folder: Path, at: datetime, elsewhere: Elsewhere | None) -> AsyncIterator[Qa]:
    clock = Clock(at)
    store = a_store(folder, SERVICE)
    await store.start()
    tokens = {name: token_of(name) for name in (*STAFF, *PARTNERS, "stranger")}
    tokens["system"] = token_of(
        SYSTEM_CLIENT, kind=Kind.SYSTEM, client_id=SYSTEM_CLIENT, person_id=None, scopes=frozenset({"qa:read"})
    )
    tokens["no_purpose"] = token_of("door", purpose=None)
    tokens["no_scope"] = token_of("door", scopes=frozenset({"referral:read"}))
    house = a_house(store, clock, tokens)
    found: list[Qa] = []

    async def opened(warrant: Warrant) -> dict[str, Any] | None:
        return await found[0].open(warrant)

    api = APIRouter()
    api.include_router(routes(house, opened, elsewhere))
    app = service_app(Edges(house, COMMANDS, api, _healthy, Meter("qa")))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://qa") as client:
        qa = Qa(store, house, an_intake(store, clock), clock, client, tokens)
        found.append(qa)
        await _registered(qa)
        try:
            yield qa
        finally:
            await store.stop()


async def _healthy() -> tuple[bool, dict[str, Any]]:
    return True, {}


async def _registered(qa: Qa) -> None:
    async def enter(name: str, authority: str, /, **body: Any) -> None:
        await register(qa.house, Registering(name, *REGISTERINGS[name]), authority, body)

    scopes = ["qa:read", "qa:write", "referral:read", "referral:status"]
    for authority in ("WLV", "TST"):
        entry = {"agency": authority.lower(), "agency_type": "CHILDRENS_SOCIAL_CARE", "scopes": scopes}
        await enter("RegisterClient", authority, client_id=f"{CONSOLE}-{authority}", contact="x", **entry, **_from())
    school = {"agency": "a-school", "agency_type": "SCHOOL", "scopes": scopes}
    await enter("RegisterClient", "WLV", client_id=SYSTEM_CLIENT, contact="x", **school, **_from())
    for name, (authority, post, team) in STAFF.items():
        appointed = {"staff_id": name, "name": f"Synthetic {name}", "post": post, **({"team": team} if team else {})}
        await enter("AppointStaff", authority, **appointed, **_from())
    people = Post()
    for name in PARTNERS:
        people.send(
            "allocation.PractitionerRegistered",
            datetime(2020, 1, 1, tzinfo=UTC),
            case=None,
            stream=f"practitioner/{name}",
            practitioner_id=name,
            profession="TEACHER",
            employer="a-school",
            employer_kind="PARTNER",
            social_worker=False,
            **_from(),
        )
    # A source of its own, so that a test's letters of allocation count from one.
    renamed = [_renamed(letter) for letter in people.sent]
    await qa.take(renamed)


def _renamed(letter: Letter) -> Letter:
    return msgspec.structs.replace(letter, source="allocation/people", event_id=f"people-{letter.sequence}")


def _from() -> dict[str, str]:
    return {"from": SINCE}
