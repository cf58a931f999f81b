"""Cursors, limits per client, and versions as entity tags."""

import base64
from typing import Any

import pytest
import time_machine
from fastapi import FastAPI, Request, Response
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from shared.http.carried import carried
from shared.http.edge import Edge
from shared.http.etags import asked_version, check_if_match, etag, not_modified, unchanged
from shared.http.limits import Limiter
from shared.http.paging import PageCursor, PageLimit, decode_cursor, encode_cursor, next_link, page
from shared.http.problems import ProblemError
from shared.http.speaking import speak_problems


def turned_away(call: Any, *args: Any) -> ProblemError:
    with pytest.raises(ProblemError) as caught:
        call(*args)
    return caught.value


places = st.lists(st.integers(-(2**63), 2**63 - 1) | st.text(max_size=30), max_size=4)


@given(st.text(max_size=20), places)
@settings(max_examples=200, deadline=None, derandomize=True, database=None)
def test_a_cursor_gives_its_place_back(of: str, place: list[Any]) -> None:
    cursor = encode_cursor(of, *place)
    assert decode_cursor(cursor, of, *(type(part) for part in place)) == tuple(place)
    assert not set(cursor) & set("+/=&?# \n")


@given(st.text(max_size=40) | st.binary(max_size=40).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
@settings(max_examples=300, deadline=None, derandomize=True, database=None)
def test_any_other_text_is_no_cursor(text: str) -> None:
    assert turned_away(decode_cursor, text, "cases", int, str).kind.name == "bad-cursor"


@pytest.mark.parametrize(
    "cursor",
    [
        encode_cursor("other", 7, "a"),
        encode_cursor("cases", "7", "a"),
        encode_cursor("cases", 7),
        encode_cursor("cases", 7, "a", 1),
        encode_cursor("cases", 2**63, "a"),
        encode_cursor("cases", 7, "a") + "=",
        encode_cursor("cases", 7, "a") + "\n",
        encode_cursor("cases", True, "a"),
        base64.urlsafe_b64encode(b'["cases", 7, "a"]').decode().rstrip("="),
        base64.urlsafe_b64encode(b"[" * 700).decode(),
        "A" * 5000,
        "",
    ],
)
def test_a_cursor_is_good_for_its_own_list_only_as_it_was_given(cursor: str) -> None:
    problem = turned_away(decode_cursor, cursor, "cases", int, str)
    assert (problem.status, problem.kind.name) == (400, "bad-cursor")


def lists() -> FastAPI:
    app = FastAPI()
    limiter = Limiter(quota=3, window=60)

    @app.get("/items")
    async def items(
        request: Request, response: Response, limit: PageLimit = 50, cursor: PageCursor = None
    ) -> dict[str, Any]:
        (after,) = decode_cursor(cursor, "items", int) if cursor else (0,)
        found = list(range(after + 1, min(after + limit, 120) + 1))
        following = encode_cursor("items", found[-1]) if found and found[-1] < 120 else None
        if following:
            response.headers["Link"] = next_link(request.query_params.multi_items(), following)
        return page(found, following)

    @app.get("/limited/{client}")
    async def limited(client: str, request: Request) -> dict[str, str]:
        carried(request.scope).headers.update(limiter.limit(client, 1_000_000_000.0))
        return {}

    speak_problems(app)
    app.add_middleware(Edge, service="test")
    return app


def test_pages_lead_through_the_whole_list_once() -> None:
    client = TestClient(lists())
    url, seen = "/items?limit=50&sort=%26x", []
    while url:
        answer = client.get(url)
        assert answer.json().keys() == {"items", "next"}
        seen += answer.json()["items"]
        link = answer.links.get("next")
        assert (link is None) == (answer.json()["next"] is None)
        assert link is None or "sort=%26x" in link["url"]
        url = f"/items{link['url']}" if link else ""
    assert seen == list(range(1, 121))


@pytest.mark.parametrize(
    "query, status",
    [
        ("limit=0", 422),
        ("limit=101", 422),
        ("limit=x", 422),
        ("cursor=x", 400),
        ("limit=100", 200),
        ("cursor=" + "A" * 2000, 422),
    ],
)
def test_a_page_has_its_bounds(query: str, status: int) -> None:
    assert TestClient(lists()).get(f"/items?{query}").status_code == status


def test_a_link_holds_no_more_than_its_arguments() -> None:
    assert (
        next_link([("cursor", "old"), ("q", 'a">\r\nX: y')], "new") == '<?q=a%22%3E%0D%0AX%3A+y&cursor=new>; rel="next"'
    )


def test_a_client_has_its_share_and_is_told_what_is_left() -> None:
    with time_machine.travel(1_000_000_000, tick=False) as clock:
        limiter = Limiter(quota=3, window=60)
        left = [limiter.limit("a", 1_000_000_000.0)["RateLimit"] for _ in range(3)]
        assert left == ['"default";r=2;t=60', '"default";r=1;t=60', '"default";r=0;t=60']
        clock.shift(20)
        problem = turned_away(limiter.limit, "a", 1_000_000_020.0)
        assert problem.headers == {
            "RateLimit-Policy": '"default";q=3;w=60',
            "RateLimit": '"default";r=0;t=40',
            "Retry-After": "40",
        }
        assert (problem.status, problem.extra) == (429, {"retry_after": 40})
        assert limiter.limit("b", 1_000_000_020.0)["RateLimit"] == '"default";r=2;t=60'
        clock.shift(40.5)
        assert limiter.limit("a", 1_000_000_060.5)["RateLimit"] == '"default";r=2;t=60'


def test_the_share_is_told_on_the_answer_and_on_the_429() -> None:
    with time_machine.travel(1_000_000_000, tick=False):
        client = TestClient(lists())
        answers = [client.get("/limited/a") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    for answer in answers:
        assert answer.headers["ratelimit-policy"] == '"default";q=3;w=60'
    assert answers[0].headers["ratelimit"] == '"default";r=2;t=60'
    assert answers[3].headers["retry-after"] == "60"
    assert answers[3].json()["type"] == "/problems/too-many-requests"


def test_a_decision_names_one_version() -> None:
    assert asked_version('"7"') == 7
    assert asked_version(' "0" ') == 0
    for none in (None, "", "  "):
        assert turned_away(asked_version, none).status == 428
    for odd in ("7", "*", 'W/"7"', '"7", "8"', '"07"', '"-1"', '"7', '""', '"a"', '"7-1"', '"' + "9" * 40 + '"', '"٧"'):
        assert turned_away(asked_version, odd).status == 400


def test_a_decision_on_an_old_version_is_told_the_current_one() -> None:
    check_if_match('"7"', 7)
    problem = turned_away(check_if_match, '"6"', 7)
    assert (problem.status, problem.headers, problem.extra) == (412, {"ETag": '"7"'}, {"current_version": 7})
    assert turned_away(check_if_match, None, 7).status == 428


@pytest.mark.parametrize(
    "sent, same",
    [
        ('"7-3"', True),
        ('W/"7-3"', True),
        ('"1", "7-3"', True),
        ('"1",W/"7-3" , "2"', True),
        ("*", True),
        ('"7"', False),
        ("7-3", False),
        (None, False),
        ("", False),
        ('"1" "7-3', False),
        ('"x7-3"', False),
        ('"a,b", "7-3"', True),
    ],
)
def test_a_reader_that_holds_it_already_is_told_so(sent: str | None, same: bool) -> None:
    tag = etag(7, 3)
    assert tag == '"7-3"'
    assert unchanged(sent, tag) is same
    answer = not_modified(tag)
    assert (answer.status_code, answer.headers["etag"], answer.body) == (304, tag, b"")
