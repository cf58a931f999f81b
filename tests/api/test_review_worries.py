"""A worry that misfits in ways a form never thought of is taken, and as much of it kept as can be."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from tests.api.review_house import CHILD, REFERRER, Street, on_the_street

WORRY = {"form_type": "EMARF", "request_kind": "SAFEGUARDING_CONCERN", "referrer": REFERRER, "concern": "Made up."}
REFERRALS = "/referral/v1/referrals"


async def _door_sees(street: Street, sent: Any) -> dict[str, Any]:
    after = {"Toldonce-After": sent.headers["toldonce-position"]}
    return (await street.read(sent, await street.door("WLV"), **after)).json()


async def _taken(street: Street) -> None:
    system = await street.system("WLV")
    ahead = (datetime.now(UTC) + timedelta(days=2)).isoformat()
    for said in (
        {"occurred_at": ahead},
        {"request_kind": "safeguarding concern"},
        {"request_kind": ["x"], "s47_criteria": 1},
    ):
        answer = await street.post(REFERRALS, WORRY | {"children": [CHILD]} | said, system)
        assert answer.status_code == 201, answer.text
        wanted = {"occurred_at": "occurred_at", "request_kind": "request_kind"}[next(iter(said))]
        assert wanted in {lack["what"] for lack in answer.json()["incomplete"]}
        assert (await _door_sees(street, answer))["as_sent"] is not None
    for key in ("short", "", "x" * 300, "two\twords"):
        body = WORRY | {"children": [CHILD], "concern": f"Made up {len(key)}."}
        first = await street.post(REFERRALS, body, system, Idempotency_Key=key)
        again = await street.post(REFERRALS, body, system, Idempotency_Key=key)
        assert (first.status_code, again.json()["referral_id"]) == (201, first.json()["referral_id"])


def test_neither_time_nor_spelling_nor_key_turns_a_worry_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _taken, monkeypatch)


async def _kept(street: Street) -> None:
    system = await street.system("WLV")
    mixed = await street.post(REFERRALS, WORRY | {"children": ["x", "y", CHILD, 5]}, system)
    seen = await _door_sees(street, mixed)
    assert [who["name"]["surname"] for who in seen["who"].values()] == [CHILD["surname"]]
    many = [{"first_name": f"Ada{place}", "surname": "Example"} for place in range(21)]
    crowd = await street.post(REFERRALS, WORRY | {"children": many}, system)
    seen = await _door_sees(street, crowd)
    assert len(seen["who"]) == 20
    assert len(json.loads(seen["as_sent"])["children"]) == 21
    assert "children" in {lack["what"] for lack in crowd.json()["incomplete"]}


def test_what_misfits_takes_nothing_with_it_that_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _kept, monkeypatch)


async def _many(street: Street) -> None:
    system = await street.system("WLV")
    strange = {f"f{place}": place for place in range(60_000)}
    began = monotonic()
    taken = await street.post(REFERRALS, WORRY | {"children": [CHILD]} | strange, system)
    assert taken.status_code == 201, taken.text
    assert len(taken.content) < 20_000
    assert len((await _door_sees(street, taken))["who"]) == 1
    flags = {"vulnerability_flags": ["Q"] * 100_000, "concern": "Made up once more."}
    long = await street.post(REFERRALS, WORRY | {"children": [CHILD]} | flags, system)
    assert long.status_code == 201, long.text
    assert len(long.content) < 20_000
    assert "vulnerability_flags" in {lack["what"] for lack in long.json()["incomplete"]}
    plain = WORRY | {"request_kind": "FAMILY_HELP_REQUEST", "children": [CHILD]}
    refused = await street.post(REFERRALS, plain | strange, system)
    assert refused.status_code == 422
    assert len(refused.json()["errors"]) == 100
    # Growing with the square of the fields it would take minutes, and nobody else would be served meanwhile.
    assert monotonic() - began < 20


def test_a_megabyte_of_fields_that_are_not_ours_holds_nobody_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_street(tmp_path, _many, monkeypatch)
