"""Letters of a case that a service could not read: who is told, since when, and what did not wait with them."""

import asyncio
from pathlib import Path

import msgspec
import pytest

from deploy.origins import LocalOrigin
from services.allocation.service import SERVICE as ALLOCATION
from services.qa.api import held_up
from services.qa.api.after import Elsewhere
from shared.bus import page
from shared.bus.reader import Page
from shared.bus.redrive import parked_letters, redrive
from shared.kernel.letters import Letter
from shared.kernel.partitions import partition_of
from shared.protocol.load import protocol_of
from tests.api.qa_house import PARTITIONS, Clock, a_store, an_intake, fresh_id, qa_running
from tests.views.letters import Post, london

NOW = london("2026-11-25 10:00")
PART = partition_of("k", PARTITIONS)
WAITS, URGENT = "LETTERS_WAIT", "SAFEGUARDING_WHILE_LETTERS_WAIT"


def posted() -> list[Letter]:
    """A referral, a pathway said in a version that nobody here can read, a later one, and a RED triage."""
    post = Post()
    post.referral(london("2026-11-25 09:00"), "k", "c")
    for minute in ("10", "20"):
        at = london(f"2026-11-25 09:{minute}")
        post.send("referral.PathwayDecided", at, case="k", about=("c",), stream="referral/r-k", pathway="NEGLECT")
    post.triage(london("2026-11-25 09:30"), "k", "c", "RED", "STRATEGY_DISCUSSION")
    letters = [msgspec.structs.replace(one, partition=PART) for one in post.sent]
    return [msgspec.structs.replace(one, version=2) if place == 1 else one for place, one in enumerate(letters)]


def test_they_are_named_and_the_strategy_discussion_does_not_wait_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_up, "AGE_SECONDS", 0.0)

    async def main() -> None:
        store = a_store(tmp_path, ALLOCATION)
        await store.start()
        origin = LocalOrigin({"allocation": [store]})
        async with qa_running(tmp_path, NOW, Elsewhere(origin, {store.source: PARTITIONS})) as qa:
            letters = posted()
            await qa.intake.take(Page(letters[0].source, PART, letters))
            await qa.settle()

            async def codes(who: str) -> list[str]:
                answer = await qa.get("/worklists", who)
                assert answer.status_code == 200, answer.text
                return [item["code"] for item in answer.json()["items"]]

            async def since() -> str | None:
                return (await qa.get("/cases/k", "mash")).json()["incomplete_since"]

            assert await since() is None
            assert not {WAITS, URGENT} & set(await codes("door_manager"))

            await an_intake(store, Clock(NOW)).take(Page(letters[0].source, PART, letters))
            assert [one.error for one in await parked_letters(store)] == ["UnknownVersion", "WAITS"]
            (belief,) = await store.beliefs(["k"])
            assert [fact.title for fact in belief.facts] == ["ReferralReceived", "ReferralTriaged"]
            assert await since() == "2026-11-25T10:00:00Z"
            assert (await qa.get("/cases", "mash")).json()["items"][0]["incomplete_since"] == await since()
            assert (await codes("door_manager"))[:2] == [URGENT, WAITS]
            assert not {WAITS, URGENT} & set(await codes("door"))
            file = (await qa.get("/cases/k", "mash")).json()
            items = {item["code"]: item for item in file["worklist"]}
            assert items[URGENT]["of_event"] == letters[-1].event_id
            assert items[URGENT]["child_id"] == "c"

            monkeypatch.setattr(page, "UNDERSTOOD", 2)
            first, *_ = await parked_letters(store)
            assert len(await redrive(store, first.event_id, protocol_of, lambda: NOW, fresh_id)) == 2
            assert await since() is None
            assert not {WAITS, URGENT} & set(await codes("door_manager"))
        await store.stop()

    asyncio.run(main())
