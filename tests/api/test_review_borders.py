"""What lies in one store and belongs to two authorities: nothing crosses, and nobody learns that it is there (X-08)."""

from pathlib import Path

import pytest

from tests.api.review_house import CHILD, MISSING, Street, on_the_street

STRATEGY = "STRATEGY_DISCUSSION"


async def _same_no(street: Street, path: str, theirs: str, body: object, who: dict[str, str]) -> None:
    for version in ('"0"', '"1"', '"99"'):
        answers = [await street.post(path.format(one), body, who, If_Match=version) for one in (MISSING, theirs)]
        assert [answer.status_code for answer in answers] == [404, 404], path
        assert answers[0].content == answers[1].content


async def _ids(street: Street) -> None:
    ours, theirs = await street.referral("WLV"), await street.referral("TST")
    child = next(iter((await street.read(theirs, await street.door("TST"))).json()["versions"]["child"]))
    door = await street.door("WLV")
    officer = await street.token("WLV", kind="staff", post="REGISTER_OFFICER", person_id="officer-w")
    await street.token("TST", kind="staff", post="REGISTER_OFFICER", person_id="officer-t")
    case = theirs.json()["case_id"]
    decided = {"children": [{"child_id": child, "outcome": "NFA"}]}
    link = {"kept": ours.json()["case_id"], "joined": ours.json()["case_id"], "reason_code": "OTHER"}
    await _same_no(street, "/referral/v1/referrals/{}/triage", theirs.json()["referral_id"], decided, door)
    await _same_no(street, "/referral/v1/cases/{}/links", case, link, door)
    await _same_no(street, "/referral/v1/children/{}/identity", child, {"surname": "Other"}, door)
    over = {"reason_code": "OTHER"}
    await _same_no(street, "/qa/v1/clients/{}/suspension", "dev-TST-school-1-system", over, officer)
    await _same_no(street, "/qa/v1/staff/{}/endings", "officer-t", {"post": "REGISTER_OFFICER", **over}, officer)
    auditor = await street.token("WLV", kind="auditor")
    for one in (MISSING, theirs.json()["referral_id"], "%00"):
        answer = await street.client.get(f"/referral/v1/referrals/{one}", headers=auditor)
        assert answer.status_code == 404


def test_an_id_of_another_authority_is_answered_as_one_that_was_never_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_street(tmp_path, _ids, monkeypatch)


async def _no_link(street: Street) -> None:
    ours, theirs = await street.referral("WLV"), await street.referral("TST")
    door = await street.door("WLV")
    here = ours.json()["case_id"]
    for other in (theirs.json()["case_id"], MISSING):
        body = {"kept": here, "joined": other, "reason_code": "OTHER", "reason_note": "Made up."}
        assert (await street.post(f"/referral/v1/cases/{here}/links", body, door, If_Match='"0"')).status_code == 404
    assert (await street.read(theirs, await street.door("TST"))).status_code == 200
    assert (await street.read(ours, door)).status_code == 200


def test_nobody_links_a_case_with_one_they_may_not_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _no_link, monkeypatch)


async def _no_talk(street: Street) -> None:
    theirs = await street.referral("TST")
    before = (await street.read(theirs, await street.door("TST"))).json()
    child = before["children"][0]
    path = f"/referral/v1/referrals/{theirs.json()['referral_id']}/triage"
    said = {"children": [{"child_id": child, "outcome": STRATEGY}]}
    assert (await street.post(path, said, await street.door("WLV"))).status_code == 404
    assert (await street.read(theirs, await street.door("TST"))).json()["versions"] == before["versions"]


def test_an_immediate_act_writes_nothing_on_another_authoritys_referral(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_street(tmp_path, _no_talk, monkeypatch)


async def _same_post(street: Street) -> None:
    officer = await street.token("WLV", kind="staff", post="REGISTER_OFFICER", person_id="shared-1")
    stranger = await street.token("TST", kind="staff", post="REGISTER_OFFICER", person_id="stranger-1")
    post = {"staff_id": "shared-1", "name": "Made Up", "post": "REGISTER_OFFICER"}
    appointed = await street.post("/qa/v1/staff", post, stranger)
    version = f'"{appointed.json()["versions"]["staff/shared-1"]}"'
    over = {"post": "REGISTER_OFFICER", "reason_code": "OTHER"}
    ended = await street.post("/qa/v1/staff/shared-1/endings", over, stranger, If_Match=version)
    assert ended.status_code == 201, ended.text
    after = {"Toldonce-After": ended.headers["toldonce-position"]}
    await street.client.get("/qa/v1/staff", headers=officer | after)
    street.assembly.running["qa"].house.forget_callers()
    assert (await street.client.get("/qa/v1/staff", headers=officer)).status_code == 200


def test_a_post_ended_by_one_authority_stands_in_the_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _same_post, monkeypatch)


async def _known_child(street: Street) -> None:
    first = await street.referral("WLV")
    again = await street.referral("WLV", await street.system("WLV", "surgery-2"), children=[CHILD])
    other = await street.referral("WLV", await street.system("WLV", "surgery-2"), children=[CHILD | {"surname": "New"}])
    assert set(first.json()) == set(again.json())
    for sent in (first, again, other):
        assert {stream.split("/")[0] for stream in sent.json()["versions"]} == {"referral", "child"}
        assert len(sent.json()["versions"]) == 2
        assert sent.json()["receipt"]["beliefs"] == []
    assert first.json()["case_id"] not in again.text


def test_an_agency_does_not_learn_that_a_child_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_the_street(tmp_path, _known_child, monkeypatch)


async def _nobody_of_nowhere(street: Street) -> None:
    asked = {"authority": "NOWHERE", "kind": "staff", "post": "DOOR_LEAD", "team": "DOOR"}
    answer = await street.client.post("/dev/token", json=asked)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "#/authority"


def test_a_development_token_of_an_authority_without_a_pack_is_not_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_street(tmp_path, _nobody_of_nowhere, monkeypatch)
