"""A read that says less than the truth: an answer held too long, a warrant shown twice, a place that is none."""

import asyncio
import base64
from pathlib import Path

import msgspec
import pytest

from deploy.clock import real
from deploy.signing import signing_in
from shared.access.warrants import Warrant, mint_warrant
from tests.api.review_house import Street, on_the_street


async def _held(street: Street) -> None:
    referral, door = await street.referral("WLV"), await street.door("WLV")
    seen = await street.read(referral, door)
    tag = {"If-None-Match": seen.headers["etag"]}
    assert (await street.read(referral, door, **tag)).status_code == 304
    child, version = next(iter(seen.json()["versions"]["child"].items()))
    path = f"/referral/v1/children/{child}/identity"
    corrected = await street.post(path, {"surname": "Corrected"}, door, If_Match=f'"{version}"')
    assert corrected.status_code == 201
    assert (await street.read(referral, door, **tag)).status_code == 200


def test_a_name_corrected_is_read_by_whoever_held_the_old_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_street(tmp_path, _held, monkeypatch)


async def _once(street: Street) -> None:
    referral = (await street.referral("WLV")).json()
    child = next(iter(one.split("/")[1] for one in referral["versions"] if one.startswith("child/")))
    warrant = Warrant(
        read_id="read-once",
        audience="referral",
        authority="WLV",
        case_id=referral["case_id"],
        child_ids=(child,),
        fields=frozenset({"who"}),
        purpose="CASEWORK",
        practitioner="somebody",
    )
    token = mint_warrant(
        warrant, signing_in(street.assembly.settings.signing_folder, "qa").own, issuer="qa", now=real()
    )
    path, shown = f"/referral/v1/cases/{referral['case_id']}/sealed", {"Authorization": f"Bearer {token}"}
    answers = await asyncio.gather(*(street.client.get(path, headers=shown) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[404] * 7]


def test_of_one_warrant_shown_at_once_from_everywhere_one_is_honoured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_street(tmp_path, _once, monkeypatch)


async def _no_place(street: Street) -> None:
    case, door = (await street.referral("WLV")).json()["case_id"], await street.door("WLV")
    for partition, sequence in ((2**70, 0), (-1, 0), (0, 2**70), (0, -1)):
        raw = msgspec.json.encode(["referral/main", "x", partition, sequence])
        after = {"Toldonce-After": base64.urlsafe_b64encode(raw).decode().rstrip("=")}
        assert (await street.client.get(f"/qa/v1/cases/{case}", headers=door | after)).status_code == 422


def test_a_position_that_no_store_has_is_misshapen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _no_place, monkeypatch)
