"""The synthetic caseload: the same for each seed, of people who cannot exist, and taken by the product as told."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

import httpx2
import pytest
from rich.console import Console
from stdnum.gb import nhs, upn

from deploy.simulate import SMALL, SPAN, WAITING, Simulation
from deploy.stories import MUST, Play, Story, in_order, stories
from deploy.walks import WALKS, walks_of
from services.referral.decisions.submit_referral import SubmitReferral
from shared.protocol.load import protocol_of
from tests.journeys.compositions import Product
from tests.journeys.travelling import Journey, london, travel

START = datetime(2026, 6, 1, tzinfo=UTC)


def told(seed: int, count: int = 60, waiting: int = 0) -> list[Story]:
    return stories(Random(seed), "336", START, START + timedelta(days=20), count, waiting)


@pytest.mark.day("2026-01-01")
def test_a_seed_gives_the_same_caseload_and_another_seed_another() -> None:
    assert told(7) == told(7)
    assert told(7) != told(8)


@pytest.mark.day("2026-01-01")
def test_every_way_a_referral_can_go_is_in_a_caseload_that_has_room() -> None:
    for seed in range(5):
        assert {story.play for story in told(seed)} >= set(MUST)
        steps = list(in_order(told(seed)))
        assert [at for at, _, _ in steps] == sorted(at for at, _, _ in steps)


@pytest.mark.day("2026-01-01")
def test_nobody_in_it_can_exist_and_every_form_fits_the_contract() -> None:
    for story in told(3, 200):
        SubmitReferral.model_validate(story.form)
        for child in story.form["children"]:
            if "nhs_number" in child:
                assert child["nhs_number"].startswith("999")
                assert nhs.is_valid(child["nhs_number"])
            if "unique_pupil_number" in child:
                number = child["unique_pupil_number"]
                assert (number[1:8], number[0]) == ("3369999", upn.calc_check_digit(number[1:]))
            assert child.get("postcode", "ZZ").startswith("ZZ")
        assert story.form.get("referrer", {}).get("telephone", "01632 960").startswith("01632 960")


@pytest.mark.day("2026-01-01")
def test_the_last_ones_wait_with_a_danger_among_them() -> None:
    waiting = told(4, 30, 5)[-5:]
    assert all(story.decided_at > START + timedelta(days=20) for story in waiting)
    assert Play.GAPS in {story.play for story in waiting}


REACHED = {
    "FAMILY_HELP_ACTIVE": (Play.ASSESSMENT, 0),
    "STRATEGY_OPEN": (Play.ASSESSMENT, 1),
    "AWAITING_ALLOCATION": (Play.ASSESSMENT, 2),
    "STRATEGY_CAT": (Play.ASSESSMENT, 3),
    "CP_PLAN": (Play.STRATEGY, 0),
    "S47_MACPT": (Play.STRATEGY, 1),
    "EARLY_SUPPORT": (Play.EARLY_SUPPORT, 0),
}
"""By which way after triage a state is reached that triage alone does not reach."""


@pytest.mark.day("2026-01-01")
def test_whenever_the_product_is_first_started_its_caseload_reaches_every_state() -> None:
    moves = protocol_of("WLV", START).moves
    assert moves is not None
    ways = {state: tuple(act for _, act in WALKS[play][way]) for state, (play, way) in REACHED.items()}
    for hours in range(0, 24 * 365, 97):
        now = START + timedelta(hours=hours)
        caseload = stories(Random(1), "336", now - SPAN, now, SMALL, WAITING)
        acts = [(number, act) for at, number, act in walks_of(caseload) if at <= now]
        done = {story.number: tuple(act for number, act in acts if number == story.number) for story in caseload}
        decided = [story for story in caseload if story.decided_at <= now]
        reached = {state for state, way in ways.items() if way in done.values()}
        reached |= {moves.start} if len(decided) < len(caseload) else set()
        for story in decided:
            match story.play:
                case Play.NOTHING:
                    reached.add(moves.closed)
                case Play.SENT_AGAIN:
                    reached.add("CAT_ASSESSMENT")
                case Play.GAPS:
                    reached.add("STRATEGY_MASH")
                case Play.FAMILY_HELP if not done[story.number]:
                    reached.add("AWAITING_THRESHOLD")
                case _:
                    pass
        assert reached == {*moves.states}, f"{now}: {({*moves.states}) - reached}"


@pytest.mark.day("2027-01-25")
@pytest.mark.parametrize("product", ["embedded"], indirect=True)
def test_the_product_takes_a_caseload_as_it_is_played(product: Product) -> None:
    end = london("2027-01-25", "17:00:00")

    async def play() -> tuple[str, ...]:
        async with httpx2.AsyncClient(timeout=300) as client:
            simulation = Simulation(client, Console(quiet=True), 1, product.url_of, "WLV")
            # Nothing is known of one that was turned away and not sent again.
            assert await simulation.run(SMALL, end - SPAN, end, WAITING) < SMALL
            return simulation.cases

    cases = asyncio.run(play())
    travel(product, _what_waits)
    travel(product, partial(_every_state, cases))


async def _what_waits(journey: Journey) -> None:
    waiting = await journey.listed(journey.door, "/referral/v1/worklists/front-door")
    # Those that nobody has looked at yet, a danger with five gaps first, and those that went back to their senders.
    assert [one["status"] for one in waiting].count("RECEIVED") >= WAITING
    assert [one["status"] for one in waiting].count("INFORMATION_WANTED") >= 1
    assert len(waiting[0]["incomplete"]) == 5


async def _every_state(cases: tuple[str, ...], journey: Journey) -> None:
    files = [await journey.file(journey.auditor, case) for case in cases]
    moves = journey.protocol.moves
    assert moves is not None
    assert {child["state"] for file in files for child in file["children"]} == {*moves.states}


@pytest.mark.day("2026-01-01")
def test_after_triage_the_cases_go_on_in_every_way_there_is() -> None:
    caseload = told(1, 60)
    acts = walks_of(caseload)
    assert [one[0] for one in acts] == sorted(one[0] for one in acts)
    assert {act for _, _, act in acts} == {act for ways in WALKS.values() for way in ways for _, act in way}
    decided = {story.number: story.decided_at for story in caseload}
    assert all(at > decided[number] for at, number, _ in acts)
    # A case that another referral joins is left as it is.
    assert not {number for _, number, _ in acts} & {story.joins for story in caseload}
