"""The synthetic caseload: the same for each seed, of people who cannot exist, and taken by the product as told."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

import httpx2
import pytest
from rich.console import Console
from stdnum.gb import nhs, upn

from deploy.simulate import Simulation
from deploy.stories import MUST, Play, Story, in_order, stories
from deploy.walks import WALKS, walks_of
from services.referral.decisions.submit_referral import SubmitReferral
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


@pytest.mark.day("2027-01-04")
@pytest.mark.parametrize("product", ["embedded"], indirect=True)
def test_the_product_takes_a_caseload_as_it_is_played(product: Product) -> None:
    start = london("2027-01-04", "08:00:00")
    end = start + timedelta(days=18)

    async def play() -> int:
        async with httpx2.AsyncClient(timeout=300) as client:
            simulation = Simulation(client, Console(quiet=True), 1, product.url_of, "WLV")
            return await simulation.run(26, start, end, waiting=3)

    assert asyncio.run(play()) == 25
    travel(product, _what_waits)


async def _what_waits(journey: Journey) -> None:
    waiting = await journey.listed(journey.door, "/referral/v1/worklists/front-door")
    new = [one for one in waiting if one["received_at"] > "2027-01-04"]
    # Three that nobody has looked at yet, those whose turn comes later, and one that went back to its sender.
    assert [one["status"] for one in new].count("RECEIVED") >= 3
    assert [one["status"] for one in new].count("INFORMATION_WANTED") == 1
    assert len(new[0]["incomplete"]) == 5


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
