"""Two authorities in one store, over HTTP: what one of them may learn of the other, or do to it, shows here."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2

from deploy.assemble import Assembly, migrate
from deploy.clock import Clock
from deploy.gateway import Gateway
from deploy.settings import SERVICES, Settings

FICTIONAL = Path(__file__).parents[1] / "packs" / "fictional"
MISSING = "00000000-0000-4000-8000-000000000000"
CHILD = {"first_name": "Ada", "surname": "Example", "date_of_birth": "2015-05-01", "nhs_number": "9991234004"}
REFERRER = {"name": "Sam Sample", "role": "Teacher", "telephone": "01632 960123"}
DOOR = {"WLV": ("SW_TEAM_MANAGER", "FAMILIES_FRONT_DOOR"), "TST": ("DOOR_LEAD", "DOOR")}
FORM = {"WLV": "EMARF", "TST": "FORM"}

Headers = dict[str, str]


class Street:
    """The product in process, with callers of two authorities."""

    def __init__(self, assembly: Assembly, client: httpx2.AsyncClient):
        self.assembly = assembly
        self.client = client
        self._keys = itertools.count()

    async def token(self, authority: str, **who: Any) -> Headers:
        """The header that signs somebody in."""
        answer = await self.client.post("/dev/token", json={"authority": authority, **who})
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def door(self, authority: str) -> Headers:
        """Somebody of its front door."""
        post, team = DOOR[authority]
        return await self.token(authority, kind="staff", post=post, team=team)

    async def system(self, authority: str, agency: str = "school-1") -> Headers:
        """An agency's system."""
        return await self.token(authority, kind="agency_system", agency=agency, agency_type="SCHOOL")

    async def post(self, path: str, body: Any, who: Headers, **headers: str) -> httpx2.Response:
        """One command under a fresh key, unless another is given; `If_Match` is written If-Match."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        key = {"Idempotency-Key": f"review-{next(self._keys):08d}"}
        return await self.client.post(path, json=body, headers={**key, **who, **given})

    async def referral(self, authority: str, who: Headers | None = None, **said: Any) -> httpx2.Response:
        """A referral sent, and taken in by the views by the time of the answer."""
        who = who or await self.system(authority)
        body = {"form_type": FORM[authority], "request_kind": "FAMILY_HELP_REQUEST", "referrer": REFERRER}
        body |= {"children": [CHILD], "concern": "Made up."} | said
        answer = await self.post("/referral/v1/referrals", body, who)
        assert answer.status_code == 201, answer.text
        after = {"Toldonce-After": answer.headers["toldonce-position"]}
        seen = await self.read(answer, await self.door(authority), **after)
        assert seen.status_code == 200, seen.text
        return answer

    async def heard(self, written: httpx2.Response, who: Headers) -> None:
        """Until every service has read what this answer wrote, and recorded what follows. who: may read at qa."""
        after = {"Toldonce-After": written.headers["toldonce-position"]}
        answer = await self.client.get("/qa/v1/cases", params={"limit": 1}, headers={**who, **after})
        assert answer.status_code == 200, answer.text

    async def read(self, referral: httpx2.Response, who: Headers, **headers: str) -> httpx2.Response:
        """A referral as somebody sees it."""
        path = f"/referral/v1/referrals/{referral.json()['referral_id']}"
        return await self.client.get(path, headers={**who, **headers})


def on_the_street(folder: Path, scene: Callable[[Street], Awaitable[None]], monkeypatch: Any, **settings: Any) -> None:
    """Play a scene against services that start from an empty folder."""
    monkeypatch.setenv("TOLDONCE_PACKS", str(FICTIONAL))
    chosen = Settings(dev=True, var=folder / "var", packs=str(FICTIONAL), rate_per_minute=10_000, **settings)

    async def play() -> None:
        migrate(chosen)
        assembly = Assembly(chosen, SERVICES, Clock())
        await assembly.start()
        transport = httpx2.ASGITransport(app=Gateway(assembly))
        try:
            async with httpx2.AsyncClient(transport=transport, base_url="http://test", timeout=30) as client:
                await scene(Street(assembly, client))
        finally:
            await assembly.stop()

    asyncio.run(play())
