"""Each service signs with a key of its own: one that is broken into speaks for itself and for no other."""

import stat
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from deploy.assemble import Assembly
from deploy.clock import Clock, real
from deploy.settings import SERVICES, Settings
from deploy.signing import DEPLOYMENT, Credentials, Signing, signing_in
from shared.access.credentials import mint_credential
from shared.access.signed import BadToken
from shared.access.warrants import Warrant, mint_warrant
from tests.api.review_house import Street, on_the_street


def private(folder: Path, service: str) -> Path:
    return folder / service / "private.json"


def minted(signing: Signing, service: str, audience: str) -> str:
    """A credential that says it is of a service, signed with what there is."""
    return mint_credential(
        signing.own, service=service, audience=audience, deployment=DEPLOYMENT, token_id="one", now=real()
    )


def signing(street: Street, service: str) -> Signing:
    return signing_in(street.assembly.settings.signing_folder, service)


async def _shown(street: Street, case_id: str, token: str) -> httpx2.Response:
    path = f"/referral/v1/cases/{case_id}/sealed"
    return await street.client.get(path, headers={"Authorization": f"Bearer {token}"})


async def _warrants(street: Street) -> None:
    referral = (await street.referral("WLV")).json()
    child = next(iter(one.split("/")[1] for one in referral["versions"] if one.startswith("child/")))
    warrant = Warrant(
        read_id="by-another",
        audience="referral",
        authority="WLV",
        case_id=referral["case_id"],
        child_ids=(child,),
        fields=frozenset({"who"}),
        purpose="CASEWORK",
        practitioner="somebody",
    )
    for service in ("referral", "allocation", "planning"):
        for issuer in ("qa", service):
            token = mint_warrant(warrant, signing(street, service).own, issuer=issuer, now=real())
            refused = await _shown(street, warrant.case_id, token)
            assert (refused.status_code, "children" in refused.json()) == (401, False), (service, issuer)
    token = mint_warrant(replace(warrant, read_id="by-qa"), signing(street, "qa").own, issuer="qa", now=real())
    assert (await _shown(street, warrant.case_id, token)).status_code == 200


def test_a_warrant_is_qas_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _warrants, monkeypatch)


async def _credentials(street: Street) -> None:
    async def feed(token: str) -> int:
        path = "/planning/v1/feed?partition=0&after=0"
        return (await street.client.get(path, headers={"Authorization": f"Bearer {token}"})).status_code

    for named in SERVICES:
        for signed_by in SERVICES:
            token = minted(signing(street, signed_by), named, "planning")
            assert await feed(token) == (200 if named == signed_by else 401), (named, signed_by)
    for stranger in ("", "../qa", "../../keys/signing/public/qa", "nobody"):
        assert await feed(minted(signing(street, "allocation"), stranger, "planning")) == 401


def test_a_service_is_believed_under_its_own_key_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _credentials, monkeypatch)


def test_a_private_key_is_for_the_eyes_of_its_owner_and_made_once(tmp_path: Path) -> None:
    made = {service: signing_in(tmp_path, service).own for service in SERVICES}
    assert len({key["x"] for key in made.values()}) == len({key["kid"] for key in made.values()}) == 4
    for service in SERVICES:
        file = private(tmp_path, service)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert "d" in made[service]
        assert made[service]["d"] not in (tmp_path / "public" / f"{service}.json").read_text()
        assert signing_in(tmp_path, service).own == made[service]


def test_of_the_others_a_service_needs_what_is_public(tmp_path: Path) -> None:
    shown = Credentials(signing_in(tmp_path, "allocation"), real).for_calling("referral")
    private(tmp_path, "allocation").unlink()
    referral = Credentials(signing_in(tmp_path, "referral"), real)
    assert referral.verify(shown).id == "allocation"
    (tmp_path / "public" / "allocation.json").unlink()
    with pytest.raises(BadToken):
        referral.verify(shown)


def test_a_key_put_in_the_place_of_another_is_known_at_once(tmp_path: Path) -> None:
    referral = Credentials(signing_in(tmp_path, "referral"), real)
    before = Credentials(signing_in(tmp_path, "allocation"), real).for_calling("referral")
    assert referral.verify(before).id == "allocation"
    private(tmp_path, "allocation").unlink()
    after = Credentials(signing_in(tmp_path, "allocation"), real).for_calling("referral")
    assert referral.verify(after).id == "allocation"
    with pytest.raises(BadToken):
        referral.verify(before)


def test_one_process_makes_the_key_of_its_own_service_only(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path)
    # What a folder of an earlier version held: one key for all.
    settings.key_folder.mkdir(parents=True)
    (settings.key_folder / "deployment.json").write_text("{}")
    Assembly(settings, ("planning",), Clock())
    assert {file.parent.name for file in settings.signing_folder.glob("*/private.json")} == {"planning"}
    Assembly(settings, SERVICES, Clock())
    assert {file.parent.name for file in settings.signing_folder.glob("*/private.json")} == set(SERVICES)


def test_one_process_reads_the_private_key_of_its_own_service_only(tmp_path: Path) -> None:
    settings = Settings(var=tmp_path)
    Assembly(settings, SERVICES, Clock())
    for service in ("referral", "allocation", "qa"):
        private(settings.signing_folder, service).write_text("not to be read")
    Assembly(settings, ("planning",), Clock())
    with pytest.raises(ValueError):
        Assembly(settings, ("qa",), Clock())


def test_keys_that_are_there_may_be_mounted_read_only(tmp_path: Path) -> None:
    made = signing_in(tmp_path, "qa")
    before = {file: file.stat().st_mtime_ns for file in (tmp_path, *tmp_path.rglob("*"))}
    assert signing_in(tmp_path, "qa").own == made.own
    assert {file: file.stat().st_mtime_ns for file in (tmp_path, *tmp_path.rglob("*"))} == before
