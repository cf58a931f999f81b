"""Reading one's own writes at qa: it waits for the letter, and for what another service had to record because of it."""

import asyncio
import base64
from pathlib import Path

import msgspec

from deploy.origins import LocalOrigin
from services.allocation.service import SERVICE as ALLOCATION
from services.qa.api.after import Elsewhere
from shared.bus.reader import Page
from shared.bus.wire import read_letter
from shared.http.positions import Position
from shared.kernel.letters import Letter
from shared.kernel.partitions import partition_of
from shared.log.sealer import seal_page
from shared.store.store import Store
from tests.api.qa_house import PARTITIONS, Clock, Qa, a_store, an_intake, qa_running
from tests.views.letters import Post, london

NOW = london("2026-11-25 10:00")
PART = partition_of("k", PARTITIONS)


def written(letter: Letter) -> str:
    """What the front door would have answered as the letter's position."""
    at = Position(letter.source, letter.incarnation, letter.partition, letter.sequence)
    return base64.urlsafe_b64encode(msgspec.json.encode(at)).decode().rstrip("=")


def posted() -> list[Letter]:
    post = Post()
    post.referral(london("2026-11-24 09:00"), "k", "c")
    post.triage(london("2026-11-24 12:00"), "k", "c", "AMBER", "FAMILY_HELP")
    return [msgspec.structs.replace(letter, partition=PART) for letter in post.sent]


async def arrives(qa: Qa, letters: list[Letter]) -> None:
    await qa.intake.take(Page(letters[0].source, PART, letters))
    await qa.settle()


async def passed_on(qa: Qa, store: Store) -> None:
    """Allocation's own letters are sealed and reach qa."""
    while await seal_page(store, PARTITIONS):
        pass
    feed = await LocalOrigin({"allocation": [store]}).page(store.source, PART, 0)
    await qa.intake.take(Page(store.source, PART, [read_letter(bytes(raw)) for raw in feed.letters]))
    await qa.settle()


def test_an_answer_waits_for_what_another_service_recorded_because_of_the_write(tmp_path: Path) -> None:
    async def main() -> None:
        store = a_store(tmp_path, ALLOCATION)
        await store.start()
        elsewhere = Elsewhere(LocalOrigin({"allocation": [store]}), {store.source: PARTITIONS})
        async with qa_running(tmp_path, NOW, elsewhere) as qa:
            letters = posted()
            at = written(letters[-1])
            waiting = asyncio.create_task(qa.get("/cases/k/audit-trail", "cat", **{"Toldonce-After": at}))
            await arrives(qa, letters)
            await asyncio.wait({waiting}, timeout=0.1)
            assert not waiting.done()
            await an_intake(store, Clock(NOW)).take(Page(letters[0].source, PART, letters))
            await asyncio.wait({waiting}, timeout=0.1)
            assert not waiting.done()
            await passed_on(qa, store)
            answer = await waiting
            assert answer.status_code == 200, answer.text
            trail = answer.json()["trail"]
            assert "allocation.AllocationRequested" in [entry["name"] for entry in trail]
        await store.stop()

    asyncio.run(main())


def test_nothing_to_do_is_said_as_well_and_what_never_comes_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    async def main() -> None:
        store = a_store(tmp_path, ALLOCATION)
        await store.start()
        elsewhere = Elsewhere(LocalOrigin({"allocation": [store]}), {store.source: PARTITIONS})
        async with qa_running(tmp_path, NOW, elsewhere) as qa:
            letters = posted()[:1]
            await arrives(qa, letters)
            headers = {"Toldonce-After": written(letters[0])}
            late = await qa.get("/cases/k", "door", **headers)
            assert late.status_code == 503
            assert late.headers["retry-after"] == "1"
            await an_intake(store, Clock(NOW)).take(Page(letters[0].source, PART, letters))
            assert (await qa.get("/cases/k", "door", **headers)).status_code == 200
            assert (await qa.get("/cases/k", "door", **{"Toldonce-After": "nonsense"})).status_code == 422
        await store.stop()

    asyncio.run(main())
