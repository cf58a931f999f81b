"""Every no of an app is a problem that names the rule and the remedy, and none repeats what was sent (RFC 9457)."""

import json
from typing import Annotated, Any, Literal
from uuid import UUID

import pydantic_core._pydantic_core as core
import pytest
from fastapi import APIRouter, Body, Depends, FastAPI, Header, HTTPException, Request
from pydantic import Field
from starlette.testclient import TestClient

from shared.http.bodies import body_of, fit
from shared.http.contract import takes
from shared.http.edge import Edge
from shared.http.guards import MAX_BYTES, read_object
from shared.http.kinds import KINDS, NOES, kind_of, noes
from shared.http.misfits import _QUOTING, spoken
from shared.http.problem_pages import problem_pages
from shared.http.problems import ProblemError, busy, invalid, not_found
from shared.http.speaking import speak_problems
from shared.kernel.fields import Code, IsoDate, Sent, StrictBool, Text, misfit
from shared.kernel.refusal import NotKnownHere, Refusal, Refused

SECRET = "Secretname"
CORRELATION = "11111111-2222-4333-8444-555555555555"


class Cat(Sent):
    kind: Literal["cat"]
    lives: int = Field(ge=0, le=9)


class Dog(Sent):
    kind: Literal["dog"]


class Child(Sent):
    name: Annotated[str, Text(10)]
    born: IsoDate | None = None
    level: Annotated[str, Code(("GREEN", "RED"))] | None = None
    agreed: StrictBool | None = None
    id: UUID | None = None
    pet: Annotated[Cat | Dog, Field(discriminator="kind")] | None = None


class Asked(Sent):
    children: list[Child] = Field(max_length=3)


def build(**how: Any) -> FastAPI:
    app = FastAPI(title="Test", version="1.0.0")
    router = APIRouter(prefix="/things")

    @router.get("/{thing_id}")
    async def read(thing_id: str) -> dict[str, str]:
        match thing_id:
            case "refused":
                raise Refused(
                    Refusal("SYS-T-01", "the case is closed", "Reopen it.", "case_id"),
                    Refusal("SYS-T-02", "the case is closed.", "Ask the manager."),
                    Refusal("SYS-T-03", "nobody agreed", "Have it agreed."),
                )
            case "hidden":
                raise not_found()
            case "unknown":
                raise NotKnownHere("lead")
            case "busy":
                raise busy("The store is away.", 7)
            case "invalid":
                raise invalid("/occurred_at", "future", "It cannot lie ahead.")
            case "header":
                raise invalid("Idempotency-Key", "missing", "Send one.")
            case "reused":
                raise ProblemError(422, "key-reused", "Send a fresh key.")
            case "odd":
                raise ProblemError(409, "no-such-kind")
            case "extra":
                raise ProblemError(429, "too-many-requests", retry_after=3, telephone="01632 960000")
            case "broken":
                raise ValueError(SECRET)
            case "framework":
                raise HTTPException(418, SECRET, headers={"X-Tea": "yes"})
            case "unsigned":
                raise HTTPException(401, SECRET)
            case "absent":
                raise HTTPException(404, SECRET)
        return {"id": thing_id}

    @router.delete("/{thing_id}", status_code=204)
    async def delete(thing_id: str) -> None: ...

    @router.get("")
    async def search(n: int, x_thing: Annotated[int | None, Header()] = None) -> dict[str, Any]:
        return {"n": n, "x": x_thing}

    async def signed_in(request: Request) -> None:
        if "authorization" not in request.headers:
            raise ProblemError(401, "not-signed-in", headers={"WWW-Authenticate": "Bearer"})

    @router.post("", openapi_extra=takes(Asked, {"children": []}), responses=noes(400, 413, 422), operation_id="Ask")
    async def ask(request: Request, _: Annotated[None, Depends(signed_in)]) -> dict[str, int]:
        return {"children": len(fit(Asked, read_object(await body_of(request))).children)}

    @router.put("/plain")
    async def plain(body: Annotated[Asked, Body()]) -> dict[str, int]:
        return {"children": len(body.children)}

    app.include_router(router, prefix="/v1")
    app.include_router(problem_pages())
    speak_problems(app, bodies=[Asked], **how)
    app.add_middleware(Edge, service="test", new_id=lambda: CORRELATION)
    return app


client = TestClient(build(), headers={"Authorization": "Bearer x"})


def no(response: Any, status: int) -> dict[str, Any]:
    """The problem in an answer, after what holds for each of them."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["x-correlation-id"] == CORRELATION
    body = response.json()
    assert body["status"] == status
    assert body["type"].removeprefix("/problems/") in KINDS
    assert SECRET not in response.text
    if status != 404:
        assert body["instance"] == f"urn:uuid:{CORRELATION}"
    return body


def test_a_refusal_names_each_rule_and_its_remedy() -> None:
    body = no(client.get("/v1/things/refused"), 409)
    assert body["type"] == "/problems/refused"
    assert body["detail"] == "The case is closed. Nobody agreed."
    assert body["rules"][0] == {
        "rule": "SYS-T-01",
        "because": "the case is closed",
        "remedy": "Reopen it.",
        "field": "case_id",
    }
    assert [said["rule"] for said in body["rules"]] == ["SYS-T-01", "SYS-T-02", "SYS-T-03"]


def test_every_404_is_the_same_to_the_byte() -> None:
    ways = [
        ("GET", "/v1/things/hidden"),
        ("GET", "/v1/things/absent"),
        ("GET", "/nowhere"),
        ("POST", "/nowhere"),
        ("GET", "/problems/none"),
        ("GET", "/v1/things/a/b/c"),
    ]
    answers = [client.request(method, path) for method, path in ways]
    for answer in answers:
        no(answer, 404)
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1


def test_what_is_not_known_yet_may_be_asked_again() -> None:
    answer = client.get("/v1/things/unknown")
    body = no(answer, 409)
    assert (body["type"], body["waits_for"]) == ("/problems/not-known-here-yet", "lead")
    assert int(answer.headers["retry-after"]) == body["retry_after"] > 0


def test_other_noes_keep_their_kind_headers_and_members() -> None:
    answer = client.get("/v1/things/busy")
    assert no(answer, 503)["detail"] == "The store is away."
    assert answer.headers["retry-after"] == "7"
    assert no(client.get("/v1/things/reused"), 422)["type"] == "/problems/key-reused"
    assert no(client.get("/v1/things/odd"), 409)["type"] == "/problems/conflict"
    assert no(client.get("/v1/things/extra"), 429)["telephone"] == "01632 960000"
    assert no(client.get("/v1/things/invalid"), 422)["errors"] == [
        {"in": "body", "pointer": "#/occurred_at", "code": "future", "message": "It cannot lie ahead."}
    ]
    assert no(client.get("/v1/things/header"), 422)["errors"][0]["in"] == "header"


def test_the_frameworks_own_noes_are_problems_without_their_words() -> None:
    answer = client.get("/v1/things/framework")
    assert no(answer, 418)["type"] == "/problems/bad-request"
    assert answer.headers["x-tea"] == "yes"
    answer = client.get("/v1/things/unsigned")
    no(answer, 401)
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(
    "method, path, allow",
    [
        ("PATCH", "/v1/things/x", "GET, DELETE"),
        ("DELETE", "/v1/things", "GET, POST"),
        ("POST", "/v1/things/plain", "GET, PUT, DELETE"),
        ("POST", "/problems/refused", "GET"),
    ],
)
def test_a_405_names_every_method_that_is_offered(method: str, path: str, allow: str) -> None:
    for app in (client.app, mounted()):
        inner = TestClient(app)
        answer = inner.request(method, path if app is client.app else f"/inner{path}")
        no(answer, 405)
        assert answer.headers["allow"] == allow


def mounted() -> FastAPI:
    outer = FastAPI()
    outer.mount("/inner", build())
    return outer


def test_an_exception_that_nobody_knows_says_nothing_and_does_not_escape() -> None:
    body = no(client.get("/v1/things/broken"), 500)
    assert body["type"] == "/problems/went-wrong"


@pytest.mark.parametrize(
    "child, pointer, code",
    [
        ({}, "#/children/0/name", "missing"),
        ({"name": SECRET * 2}, "#/children/0/name", "text_too_long"),
        ({"name": "x", "born": SECRET}, "#/children/0/born", "iso_date"),
        ({"name": "x", "level": SECRET}, "#/children/0/level", "code"),
        ({"name": "x", "agreed": SECRET}, "#/children/0/agreed", "bool_type"),
        ({"name": "x", "id": SECRET}, "#/children/0/id", "uuid_parsing"),
        ({"name": "x", "pet": {"kind": SECRET}}, "#/children/0/pet", "union_tag_invalid"),
        ({"name": "x", SECRET: SECRET}, "#/children/0", "extra_forbidden"),
        (SECRET, "#/children/0", "model_type"),
    ],
)
def test_a_misfit_is_pointed_at_and_not_repeated(child: Any, pointer: str, code: str) -> None:
    for answer in (
        client.post("/v1/things", json={"children": [child]}),
        client.put("/v1/things/plain", json={"children": [child]}),
    ):
        (error,) = no(answer, 422)["errors"]
        assert (error["in"], error["pointer"], error["code"]) == ("body", pointer, code)
        assert error["message"]
        assert not {"input", "ctx", "url", "msg"} & error.keys()


def test_a_field_not_known_is_counted_because_its_name_is_the_callers_text() -> None:
    body = {"children": [{"name": "x", "born": None, SECRET: 1, "other": 2}]}
    first, second = no(client.post("/v1/things", json=body), 422)["errors"]
    assert first["message"] == "Field 3 of this object is not known here."
    assert second["message"] == "Field 4 of this object is not known here."


def test_arguments_and_headers_are_named_by_place() -> None:
    answer = client.get("/v1/things", params={"n": SECRET}, headers={"X-Thing": SECRET})
    places = {(error["in"], error["pointer"]) for error in no(answer, 422)["errors"]}
    assert places == {("query", "#/n"), ("header", "#/x-thing")}
    assert no(client.get("/v1/things"), 422)["errors"][0]["code"] == "missing"


@pytest.mark.parametrize(
    "body, status, code",
    [
        (b"", 400, "not_json"),
        (b'{"' + SECRET.encode(), 400, "not_json"),
        (b"[]", 400, "not_object"),
        (b'{"children": [], "children": []}', 400, "duplicate_key"),
        (b'{"children": ["\\u0000' + SECRET.encode() + b'"]}', 400, "nul"),
        (b'{"children": 1e999}', 400, "number"),
        (b'"' + SECRET.encode() * (MAX_BYTES // 10 + 1) + b'"', 413, "too_large"),
        (b'"' + b"x" * (MAX_BYTES - 1) + b'"', 413, "too_large"),
    ],
)
def test_a_body_that_cannot_be_read_is_told_from_one_that_does_not_fit(body: bytes, status: int, code: str) -> None:
    problem = no(client.post("/v1/things", content=body), status)
    assert problem["errors"][0]["code"] == code
    # The same sent in pieces, with no length announced.
    pieces = (body[at : at + 65_536] for at in range(0, len(body), 65_536))
    assert no(client.post("/v1/things", content=pieces), status)["errors"][0]["code"] == code


def test_who_is_not_signed_in_is_told_that_first() -> None:
    nobody = TestClient(client.app)
    no(nobody.post("/v1/things", content=b"{"), 401)


def test_json_that_the_framework_cannot_read_is_a_400() -> None:
    answer = client.put(
        "/v1/things/plain", content=b"{" + SECRET.encode(), headers={"Content-Type": "application/json"}
    )
    assert no(answer, 400)["errors"][0]["code"] == "not_json"


def test_an_app_may_add_to_its_problems_but_not_to_the_404() -> None:
    def telephone(scope: Any, status: int) -> dict[str, Any]:
        return {"telephone": "01632 960000"} if scope["path"].startswith("/v1/things") and status >= 400 else {}

    other = TestClient(build(also=telephone))
    assert no(other.get("/v1/things/refused"), 409)["telephone"] == "01632 960000"
    assert no(other.get("/v1/things/broken"), 500)["telephone"] == "01632 960000"
    assert no(other.post("/v1/things"), 401)["telephone"] == "01632 960000"
    assert other.get("/v1/things/hidden").content == client.get("/v1/things/hidden").content


def test_no_sentence_of_pydantic_that_quotes_is_passed_on() -> None:
    harmless = {
        "gt",
        "ge",
        "lt",
        "le",
        "multiple_of",
        "field_type",
        "min_length",
        "max_length",
        "actual_length",
        "expected_plural",
        "pattern",
        "expected",
        "encoding",
        "tz_expected",
        "class",
        "class_name",
        "method_name",
        "discriminator",
        "expected_tags",
        "expected_schemes",
        "expected_version",
        "max_digits",
        "decimal_places",
        "whole_digits",
    }
    own_words = {"union_tag_invalid"}
    for error in core.list_all_errors():
        sentence = error["message_template_python"] + error.get("message_template_json", "")
        holds = {part.split("}")[0] for part in sentence.split("{")[1:]}
        assert holds <= harmless or error["type"] in _QUOTING | own_words, error["type"]


def test_a_plain_value_error_of_a_validator_is_not_quoted_and_a_misfit_is() -> None:
    (plain,) = spoken([{"type": "value_error", "loc": ("body", "a"), "msg": f"Value error, bad {SECRET}"}])
    assert SECRET not in plain["message"]
    (ours,) = spoken([{"type": "range", "loc": ("body",), "msg": misfit("range", "Send {less}.").message()}])
    assert (ours["message"], ours["pointer"]) == ("Send {less}.", "#")
    odd = spoken([{"type": "missing", "loc": ("elsewhere", "two words"), "msg": ""}] * 2)
    assert odd == [{"in": "body", "pointer": "#/elsewhere/*", "code": "missing", "message": "This field is needed."}]


def test_each_kind_has_a_page_for_people_and_for_programs() -> None:
    for name, kind in KINDS.items():
        plain = client.get(f"/problems/{name}")
        assert plain.json() == {
            "type": f"/problems/{name}",
            "name": name,
            "title": kind.title,
            "status": kind.status,
            "means": kind.means,
            "remedy": kind.remedy,
        }
        page = client.get(f"/problems/{name}", headers={"Accept": "text/html,*/*"})
        assert page.headers["content-type"].startswith("text/html")
        assert kind.title in page.text
    assert len(client.get("/problems").json()["items"]) == len(KINDS)


def test_each_documented_no_has_a_kind() -> None:
    assert set(NOES) == {400, 401, 403, 404, 409, 412, 413, 422, 428, 429, 500, 503}
    for status in (*NOES, 405):
        assert kind_of(int(status)).status == status
    assert kind_of(507).name == "went-wrong"


def test_the_contract_shows_problems_and_bodies_and_nothing_of_the_frameworks() -> None:
    contract = client.get("/openapi.json").json()
    schemas = contract["components"]["schemas"]
    assert {"Problem", "RuleSaid", "Fault", "Asked", "Child", "Cat", "Dog"} <= schemas.keys()
    text = json.dumps(contract)
    assert "ValidationError" not in text
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in schemas
    operation = contract["paths"]["/v1/things"]["post"]
    assert operation["requestBody"]["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Asked"}
    for status in ("400", "413", "422"):
        assert list(operation["responses"][status]["content"]) == ["application/problem+json"]
    assert contract["paths"]["/v1/things"]["get"]["responses"]["422"]["content"].keys() == {"application/problem+json"}
    assert not any(path.startswith("/problems") for path in contract["paths"])
    assert client.get("/openapi.json").json() == contract
