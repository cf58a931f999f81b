"""What bad input gets: a worry is taken with its gaps named; anything else a problem that says field, rule and remedy.

Nothing of what was sent comes back, nothing is half stored, and every no to a referral names the telephone and 999.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from deploy.dev_issuer import DevIssuer
from tests.api.nonsense import CHILD, MARK, REFERRALS, WHOLE, WORRY, Door, pointers, refused
from tests.journeys.compositions import embedded
from tests.packs.fictional import FICTIONAL

LONG_AGO = (datetime.now(UTC) - timedelta(days=20 * 365)).date().isoformat()
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """The product, with a second authority whose cases are none of the first one's business."""
    folder = tmp_path_factory.mktemp("product")
    with (
        embedded(folder, TOLDONCE_PACKS=str(FICTIONAL)) as product,
        httpx2.Client(base_url=product.url_of("referral"), timeout=30) as client,
    ):
        yield Door(product, folder, client)


# ---- a rule says no ----

AGAINST_A_RULE = {
    "the form of another authority": ({"form_type": "MARF"}, "WLV-REF-01", "/form_type"),
    "the kind of request of another authority": ({"request_kind": "STEP_UP"}, "WLV-REF-02", "/request_kind"),
    "no kind of request": ({"request_kind": None}, "WLV-REF-02", "/request_kind"),
    "no referrer": ({"referrer": None}, "WLV-REF-01", "/referrer/name"),
    "no child": ({"children": []}, "WLV-REF-01", "/children"),
    "no concern": ({"concern": None}, "WLV-REF-01", "/concern"),
    "a person of eighteen": ({"children": [{**CHILD, "date_of_birth": LONG_AGO}]}, "SYS-REF-04", "/children/0"),
    "a child born tomorrow": (
        {"children": [{**CHILD, "date_of_birth": TOMORROW[:10]}]},
        "SYS-REF-05",
        "/children/0/date_of_birth",
    ),
}


@pytest.mark.parametrize(("change", "rule", "place"), AGAINST_A_RULE.values(), ids=AGAINST_A_RULE)
def test_a_request_that_a_rule_refuses_is_told_rule_field_and_remedy(
    door: Door, change: Mapping[str, Any], rule: str, place: str
) -> None:
    before = door.waiting()
    body = {name: value for name, value in {**WHOLE, **change}.items() if value is not None}
    problem = refused(door.post(body), 409)
    said = [one for one in problem["rules"] if one["rule"] == rule]
    assert any(one["field"].startswith(place) for one in said), problem["rules"]
    assert all(one["because"] and one["remedy"] for one in said)
    assert door.waiting() == before


# ---- it does not fit the contract ----

DOES_NOT_FIT = {
    "an unknown form": ({"form_type": "LETTER"}, "#/form_type"),
    "an unknown kind of request": ({"request_kind": "SOMETHING"}, "#/request_kind"),
    "an unknown code": ({"children": [{**CHILD, "sex": "X"}]}, "#/children/0/sex"),
    "a day that is none": ({"children": [{**CHILD, "date_of_birth": "2020-02-30"}]}, "#/children/0/date_of_birth"),
    "a date in words": ({"children": [{**CHILD, "date_of_birth": "last May"}]}, "#/children/0/date_of_birth"),
    "a date as a number": ({"children": [{**CHILD, "date_of_birth": 0}]}, "#/children/0/date_of_birth"),
    "a number that is no NHS number": (
        {"children": [{**CHILD, "nhs_number": "9990000010"}]},
        "#/children/0/nhs_number",
    ),
    "an unknown field": ({"colour": MARK}, "#"),
    "a yes that is none": ({"lives_in_area": "yes"}, "#/lives_in_area"),
    "an instant without offset": ({"occurred_at": "2026-01-01T09:00:00"}, "#/occurred_at"),
    "a time that lies ahead": ({"occurred_at": TOMORROW}, "#/occurred_at"),
    "a list where an object belongs": ({"referrer": [MARK]}, "#/referrer"),
    "text with a control character": ({"concern": f"{MARK}\u0007"}, "#/concern"),
}


@pytest.mark.parametrize(("change", "place"), DOES_NOT_FIT.values(), ids=DOES_NOT_FIT)
def test_what_does_not_fit_is_named_by_place(door: Door, change: Mapping[str, Any], place: str) -> None:
    before = door.waiting()
    problem = refused(door.post({**WHOLE, **change}), 422)
    assert place in pointers(problem)
    assert all(fault["message"] for fault in problem["errors"])
    assert door.waiting() == before


def test_two_minutes_ahead_are_a_clock_that_runs_fast(door: Door) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=60)).isoformat()
    assert door.post({**WHOLE, "occurred_at": soon}).status_code == 201


# ---- bytes that are no body ----

NO_BODY = {
    "two MiB": (b'{"concern": "' + b"a" * 2 * 1024 * 1024 + b'"}', 413),
    "a NUL byte": (json.dumps({**WORRY, "concern": "@"}).replace("@", "a\0b").encode(), 400),
    "a NUL escape": (json.dumps({**WORRY, "concern": "a\0b"}).encode(), 400),
    "half a surrogate pair": (json.dumps({**WORRY, "concern": "@"}).replace("@", "\\ud800").encode(), 400),
    "the same key twice": (b'{"immediate_risk": true, "immediate_risk": true}', 400),
    "not a number": (b'{"immediate_risk": true, "children": [{"estimated_age": NaN}]}', 400),
    "no JSON": (b"child in danger", 400),
    "no UTF-8": (b'{"concern": "\xff"}', 400),
    "a list": (b"[]", 400),
    "nothing": (b"", 400),
    "thirty levels": (b'{"a":' * 30 + b"1" + b"}" * 30, 400),
}


@pytest.mark.parametrize(("raw", "status"), NO_BODY.values(), ids=NO_BODY)
def test_bytes_that_are_no_body_are_refused_even_of_a_worry(door: Door, raw: bytes, status: int) -> None:
    before = door.waiting()
    refused(door.post(raw), status)
    assert door.waiting() == before


# ---- a worry is taken ----

MISFITS_OF_A_WORRY: Mapping[str, Mapping[str, Any]] = {
    "an unknown form": {"form_type": "LETTER"},
    "an unknown code": {"children": [{**CHILD, "sex": "X"}]},
    "a date in words": {"children": [{**CHILD, "date_of_birth": "last May"}]},
    "a person of eighteen": {"children": [{**CHILD, "date_of_birth": LONG_AGO}]},
    "a time that lies ahead": {"occurred_at": TOMORROW},
    "an unknown field": {"colour": MARK},
    "a number beyond 64 bits": {"children": [{**CHILD, "estimated_age": 2**70}]},
    "an object where a list belongs": {"children": {MARK: MARK}},
    "a mark of danger that is no yes": {"immediate_risk": "certainly"},
    "no child": {"children": []},
    "no referrer": {"referrer": None},
}


@pytest.mark.parametrize("change", MISFITS_OF_A_WORRY.values(), ids=MISFITS_OF_A_WORRY)
def test_a_worry_is_taken_with_what_is_wrong_of_it_named(door: Door, change: Mapping[str, Any]) -> None:
    before = door.waiting()
    body = {**WORRY, **change, "agency_reference": str(uuid4())}
    answer = door.post(body, Idempotency_Key="")
    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert MARK not in answer.text
    assert told["incomplete"]
    assert all(gap["rule"] and gap["what"] for gap in told["incomplete"])
    assert door.waiting() == before + 1
    # Sent again as it was, without a key: the same answer, and no second referral.
    assert door.post(body, Idempotency_Key="").json() == told
    assert door.waiting() == before + 1


def test_a_danger_marked_on_any_kind_of_request_makes_it_a_worry(door: Door) -> None:
    for mark in ("immediate_risk", "risk_of_significant_harm", "s47_criteria"):
        answer = door.post({"form_type": "LETTER", mark: True, "concern": f"{mark} {uuid4()}"})
        assert answer.status_code == 201, mark
        assert {gap["rule"] for gap in answer.json()["incomplete"]} >= {"WLV-REF-01", "WLV-REF-02"}


# ---- callers ----


def test_who_is_not_signed_in_is_told_so_and_where_to_ring(door: Door) -> None:
    issuer = DevIssuer(door.folder / "keys" / "dev-issuer.json", None)
    other = DevIssuer(door.folder / "other-issuer.json", None)
    now = datetime.now(UTC)

    def minted(by: DevIssuer, authority: str, at: datetime, agency: str) -> str:
        return by.mint("agency_system", authority, now=at, token_id=str(uuid4()), agency=agency).token

    assert door.post(WHOLE).status_code == 201
    tokens = {
        "none": "",
        "nonsense": "nonsense",
        "expired": minted(issuer, "WLV", now - timedelta(hours=1), "acme"),
        "of another issuer": minted(other, "WLV", now, "acme"),
        "of nobody in the register": minted(issuer, "WLV", now, "nobody"),
        "of an unknown authority": minted(issuer, "XYZ", now, "acme"),
    }
    before = door.waiting()
    for name, token in tokens.items():
        headers = {"Authorization": f"Bearer {token}" if token else ""}
        answer = door.post(WORRY, **headers)
        problem = refused(answer, 401)
        assert problem["type"] == "/problems/not-signed-in", name
        assert answer.headers["www-authenticate"] == "Bearer", name
    assert door.waiting() == before


def test_a_caller_who_never_could_is_refused_whatever_the_id(door: Door) -> None:
    there = door.referral()["referral_id"]
    for referral_id in (there, "no-such-referral"):
        answer = door.post({"children": []}, f"{REFERRALS}/{referral_id}/triage", If_Match='"1"')
        assert refused(answer, 403, at_the_door=False)["type"] == "/problems/forbidden"


def test_a_case_of_another_authority_is_the_same_404_as_none(door: Door) -> None:
    elsewhere = door.token("elsewhere", kind="staff", authority="TST", post="DOORKEEPER", team="DOOR")
    there = door.referral()
    for part in ("", "/audit-trail", "/clocks"):
        theirs = door.get(f"/qa/v1/cases/{there['case_id']}{part}", elsewhere)
        nobodys = door.get(f"/qa/v1/cases/no-such-case{part}", elsewhere)
        assert (theirs.status_code, theirs.content) == (404, nobodys.content)
    theirs = door.get(f"{REFERRALS}/{there['referral_id']}", elsewhere)
    assert (theirs.status_code, theirs.content) == (404, door.get(f"{REFERRALS}/none", elsewhere).content)
    body = {"children": [{"child_id": there["children"][0], "outcome": "NFA"}]}
    path = f"{REFERRALS}/{there['referral_id']}/triage"
    assert door.post(body, path, elsewhere, If_Match='"1"').status_code == 404


def test_a_role_that_the_protocol_does_not_know_is_refused_by_rule(door: Door) -> None:
    officer = door.token("officer", kind="staff", post="REGISTER_OFFICER")
    body = {"staff_id": "somebody", "name": MARK, "post": "WIZARD"}
    problem = refused(door.post(body, "/qa/v1/staff", officer), 409, at_the_door=False)
    assert [(one["rule"], one["field"]) for one in problem["rules"]] == [("SYS-ACC-07", "/post")]


# ---- versions and keys ----


def test_a_decision_on_no_version_or_an_old_one_is_refused(door: Door) -> None:
    there = door.referral()
    path = f"{REFERRALS}/{there['referral_id']}/return"
    body = {"reason_code": "INFORMATION_MISSING", "reason_note": MARK}
    refused(door.post(body, path, door.worker), 428, at_the_door=False)
    refused(door.post(body, path, door.worker, If_Match="1"), 400, at_the_door=False)
    stale = door.post(body, path, door.worker, If_Match='"7"')
    assert refused(stale, 412, at_the_door=False)["current_version"] == 1
    assert stale.headers["etag"] == '"1"'
    assert door.get(f"{REFERRALS}/{there['referral_id']}").json()["versions"]["referral"] == 1
    assert door.post(body, path, door.worker, If_Match='"1"').status_code == 201


def test_a_key_used_again_with_another_body_is_refused_and_the_first_answer_stands(door: Door) -> None:
    key = str(uuid4())
    first = door.post(WHOLE, Idempotency_Key=key)
    again = door.post(WHOLE, Idempotency_Key=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert {name: again.headers[name] for name in ("location", "etag", "toldonce-position")} == {
        name: first.headers[name] for name in ("location", "etag", "toldonce-position")
    }
    before = door.waiting()
    problem = refused(door.post({**WHOLE, "concern": f"{MARK} again"}, Idempotency_Key=key), 422)
    assert problem["type"] == "/problems/key-reused"
    assert door.waiting() == before
    refused(door.post(WHOLE, Idempotency_Key="short"), 422)
    refused(door.post(WHOLE, Idempotency_Key=""), 422)


def test_nothing_of_a_refused_command_is_on_record_but_that_it_was_refused(door: Door) -> None:
    there = door.referral()
    case_id, path = there["case_id"], f"{REFERRALS}/{there['referral_id']}/triage"
    body = {"children": [{"child_id": there["children"][0], "triage_rag": "GREEN", "outcome": "CAT_ASSESSMENT"}]}
    problem = refused(door.post(body, path, door.worker, If_Match='"1"'), 409, at_the_door=False)
    assert {one["rule"] for one in problem["rules"]} >= {"WLV-REF-05"}
    door.settle()
    trail = door.get(f"/qa/v1/cases/{case_id}/audit-trail").json()["trail"]
    assert {row["name"] for row in trail} <= {"referral.ReferralReceived", "referral.ChildIdentified"}
