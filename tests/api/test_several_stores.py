"""A council whose record lives in a store of its own: a source of its own, and nothing of it in the others' store."""

import asyncio
from pathlib import Path
from typing import Any

import httpx2
import pytest

from deploy.assemble import Assembly, migrate
from deploy.clock import Clock
from deploy.gateway import Gateway
from deploy.settings import SERVICES, Settings

FICTIONAL = Path(__file__).parents[1] / "packs" / "fictional"
TABLE = "\n".join(f'[{service}]\nmain = ["*"]\ntestford = ["TST"]\n' for service in SERVICES)
CHILD = {"first_name": "Ada", "surname": "Example", "date_of_birth": "2015-05-01"}
REFERRER = {"name": "Sam Sample", "role": "Teacher", "telephone": "01632 960123"}


def settings(folder: Path) -> Settings:
    """An embedded composition in which one authority has stores of its own."""
    table = folder / "stores.toml"
    table.write_text(TABLE)
    return Settings(dev=True, var=folder / "var", packs=str(FICTIONAL), stores=table)


class Agency:
    """An agency's system and the front door of one authority, over HTTP."""

    def __init__(self, client: httpx2.AsyncClient, authority: str):
        self._client = client
        self._authority = authority
        self._sent = 0

    async def token(self, **who: Any) -> dict[str, str]:
        """The header that signs somebody in."""
        answer = await self._client.post("/dev/token", json={"authority": self._authority, **who})
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def submits(self, form_type: str) -> httpx2.Response:
        """One referral."""
        self._sent += 1
        system = await self.token(kind="agency_system", agency="school-1", agency_type="SCHOOL")
        body = {
            "form_type": form_type,
            "request_kind": "FAMILY_HELP_REQUEST",
            "referrer": REFERRER,
            "children": [CHILD],
            "concern": "Made up.",
        }
        key = {"Idempotency-Key": f"{self._authority}-{self._sent:08d}"}
        return await self._client.post("/referral/v1/referrals", json=body, headers=system | key)


async def _two_authorities(folder: Path) -> None:
    chosen = settings(folder)
    migrate(chosen)
    assembly = Assembly(chosen, SERVICES, Clock())
    await assembly.start()
    transport = httpx2.ASGITransport(app=Gateway(assembly))
    async with httpx2.AsyncClient(transport=transport, base_url="http://test", timeout=30) as client:
        here, there = Agency(client, "WLV"), Agency(client, "TST")
        first, second = await here.submits("EMARF"), await there.submits("FORM")
        assert (first.status_code, second.status_code) == (201, 201), second.text
        stores = assembly.running["referral"].stores
        for answer, kept, elsewhere in ((first, "main", "testford"), (second, "testford", "main")):
            stream = answer.json()["events"][0]["stream"]
            assert len((await stores[kept].load(stream))[stream]) == 1
            assert (await stores[elsewhere].load(stream))[stream] == []
        worker = await there.token(kind="staff", post="DOORKEEPER", team="DOOR")
        after = {"Toldonce-After": second.headers["toldonce-position"]}
        case = second.json()["case_id"]
        seen = await client.get(f"/qa/v1/cases/{case}", headers=worker | after)
        assert seen.status_code == 200, seen.text
        # The same child in the other authority is nobody's business here.
        assert seen.json()["authority"] == "TST"
        shown = await client.get(f"/referral/v1/referrals/{second.json()['referral_id']}", headers=worker)
        assert shown.json()["matches"] == []
        strange = await client.get(f"/qa/v1/cases/{first.json()['case_id']}", headers=worker)
        assert strange.status_code == 404
    await assembly.stop()


def test_each_authority_is_kept_in_its_own_store_and_seen_by_its_own_staff(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOLDONCE_PACKS", str(FICTIONAL))
    asyncio.run(_two_authorities(tmp_path))
