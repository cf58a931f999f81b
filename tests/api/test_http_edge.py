"""The outermost layer: correlation ids, one log line of listed fields, one count, and nothing that escapes."""

import asyncio
import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from fastapi import APIRouter, FastAPI, Request
from starlette.responses import Response, StreamingResponse
from starlette.testclient import TestClient

from shared.http.carried import carried, correlation_id
from shared.http.edge import BrokenOff, Edge
from shared.http.logs import FIELDS, AllowList, set_up_logs
from shared.http.metrics import Meter
from shared.http.routes import UNMATCHED
from shared.http.speaking import speak_problems
from shared.kernel.refusal import Refusal, Refused

SECRET = "Secretname"
FRESH = "11111111-2222-4333-8444-555555555555"
SENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"


class Logs:
    """What has been logged, line by line."""

    def __init__(self) -> None:
        self.out = io.BytesIO()
        self.allow: AllowList = set_up_logs("INFO", self.out)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.getvalue().splitlines()]


@pytest.fixture
def logs() -> Iterator[Logs]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield Logs()
    structlog.reset_defaults()
    logging.captureWarnings(False)
    root.handlers[:], root.level = before, level


def build(meter: Meter | None = None) -> FastAPI:
    app = FastAPI()
    router = APIRouter(prefix="/v1")

    @router.get("/cases/{case_id}")
    async def read(case_id: str, request: Request) -> dict[str, str]:
        carried(request.scope).client_kind = "staff"
        carried(request.scope).headers["RateLimit"] = '"default";r=1;t=2'
        if case_id == "refused":
            raise Refused(Refusal("SYS-T-01", SECRET, "x"), Refusal("SYS-T-02", SECRET, "x"))
        if case_id == "broken":
            raise LookupError(SECRET)
        if case_id == "cached":
            return Response("{}", headers={"Cache-Control": "private"})  # type: ignore[return-value]
        return {"correlation_id": correlation_id.get()}

    @router.get("/half")
    async def half() -> StreamingResponse:
        async def parts() -> Any:
            yield b"a"
            raise LookupError(SECRET)

        return StreamingResponse(parts())

    @router.get("/healthz")
    async def healthz() -> dict[str, bool]:
        return {"alive": True}

    app.include_router(router, prefix="/referral")
    speak_problems(app)
    ticks = iter(n / 100 for n in range(10_000))
    app.add_middleware(Edge, service="referral", meter=meter, clock=lambda: next(ticks), new_id=lambda: FRESH)
    return app


def test_one_line_with_the_template_and_never_the_path(logs: Logs) -> None:
    client = TestClient(build())
    client.get(f"/referral/v1/cases/{SECRET}?q={SECRET}", headers={"User-Agent": SECRET})
    (line,) = logs.lines()
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "service": "referral",
        "method": "GET",
        "route": "/referral/v1/cases/{case_id}",
        "status": 200,
        "duration_ms": 10.0,
        "correlation_id": FRESH,
        "client_kind": "staff",
    }


def test_the_template_is_whole_in_an_app_mounted_below_another(logs: Logs) -> None:
    outer = FastAPI()
    outer.mount("/all", build())
    TestClient(outer).get(f"/all/referral/v1/cases/{SECRET}")
    assert logs.lines()[0]["route"] == "/all/referral/v1/cases/{case_id}"


def test_a_path_that_is_no_route_and_a_method_that_is_none_are_not_repeated(logs: Logs) -> None:
    meter = Meter("referral")
    client = TestClient(build(meter))
    client.get(f"/{SECRET}")
    client.request(SECRET.upper(), f"/referral/v1/cases/{SECRET}")
    first, second = logs.lines()
    assert (first["route"], first["status"]) == (UNMATCHED, 404)
    assert (second["method"], second["status"], second["route"]) == ("OTHER", 405, "/referral/v1/cases/{case_id}")
    assert SECRET.lower() not in (logs.out.getvalue() + meter.text()[0]).decode().lower()


def test_refusals_name_their_rules_and_failures_their_class_only(logs: Logs) -> None:
    client = TestClient(build())
    client.get("/referral/v1/cases/refused")
    assert client.get("/referral/v1/cases/broken").status_code == 500
    refused, broken = logs.lines()
    assert refused["rule_ids"] == ["SYS-T-01", "SYS-T-02"]
    assert (broken["level"], broken["error_class"], broken["status"]) == ("error", "LookupError", 500)
    assert SECRET not in logs.out.getvalue().decode()


def test_probes_that_go_well_are_not_logged(logs: Logs) -> None:
    assert TestClient(build()).get("/referral/v1/healthz").status_code == 200
    assert logs.lines() == []


def test_an_answer_that_breaks_off_shows_the_server_no_text(logs: Logs) -> None:
    with pytest.raises(BrokenOff) as caught:
        TestClient(build()).get("/referral/v1/half")
    assert str(caught.value) == "LookupError"
    assert caught.value.__suppress_context__
    (line,) = logs.lines()
    assert (line["error_class"], line["status"]) == ("LookupError", 500)


@pytest.mark.parametrize(
    "sent, kept",
    [
        (SENT, SENT),
        (SENT.upper(), SENT),
        (None, FRESH),
        ("", FRESH),
        (SECRET, FRESH),
        (SENT.replace("-", ""), FRESH),
        (f"{{{SENT}}}", FRESH),
        (f"urn:uuid:{SENT}", FRESH),
        (f"{SENT}x", FRESH),
    ],
)
def test_a_correlation_id_is_a_uuid_or_replaced(logs: Logs, sent: str | None, kept: str) -> None:
    headers = {} if sent is None else {"X-Correlation-ID": sent}
    answer = TestClient(build()).get("/referral/v1/cases/1", headers=headers)
    assert answer.headers["x-correlation-id"] == kept
    assert answer.json() == {"correlation_id": kept}
    assert logs.lines()[0]["correlation_id"] == kept
    assert correlation_id.get() == ""


def test_every_answer_has_what_was_carried_and_is_kept_by_no_cache(logs: Logs) -> None:
    client = TestClient(build())
    for path in ("1", "refused", "broken"):
        answer = client.get(f"/referral/v1/cases/{path}")
        assert answer.headers["ratelimit"] == '"default";r=1;t=2'
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert client.get("/referral/v1/cases/cached").headers["cache-control"] == "private"


def test_a_client_that_leaves_is_noted_and_is_no_error(logs: Logs) -> None:
    app = build()

    @app.post("/upload")
    async def upload(request: Request) -> dict[str, int]:
        return {"length": len(await request.body())}

    async def leave() -> dict[str, str]:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError("nobody is there to be answered")

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/upload",
        "raw_path": b"/upload",
        "query_string": b"",
        "headers": [],
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "server": ("test", 80),
    }
    asyncio.run(app(scope, leave, send))
    (line,) = logs.lines()
    assert (line["status"], line["level"], line["route"]) == (499, "info", "/upload")


def test_only_listed_fields_of_plain_values_pass_and_the_rest_is_counted(logs: Logs) -> None:
    log = structlog.get_logger()
    log.info("relay_moved", source="referral", sequence=7, lag=0.5, name=SECRET, body={"a": 1})
    log.info("odd", view={"name": SECRET}, route=SECRET * 100, rule_ids=[SECRET * 100], count=[1])
    log.debug("too_fine")
    first, second = logs.lines()
    assert first.keys() == {"event", "level", "timestamp", "source", "sequence", "lag"}
    assert second.keys() == {"event", "level", "timestamp"}
    assert logs.allow.dropped == 6
    assert SECRET not in logs.out.getvalue().decode()
    assert first.keys() <= FIELDS


def test_an_exception_is_logged_as_its_class(logs: Logs) -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as fault:
        structlog.get_logger().exception("failed")
        structlog.get_logger().error("failed", exc_info=fault)
    for line in logs.lines():
        assert line.keys() == {"event", "level", "timestamp", "error_class"}
        assert line["error_class"] == "KeyError"


def test_libraries_speak_in_the_words_of_their_source(logs: Logs) -> None:
    logging.getLogger("kafka.conn").warning("could not reach %s", SECRET)
    logging.getLogger("somebody.else").error(f"row of {SECRET}")
    logging.getLogger("uvicorn.access").info("GET /%s", SECRET)
    logging.getLogger("somebody.else").warning("chatter", exc_info=ValueError(SECRET))
    logging.getLogger("httpx2").info("GET %s", SECRET)
    logging.getLogger("uvicorn.error").info("Started server process [%d]", 7)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(SECRET, stacklevel=1)
    said = [(line["source"], line["event"]) for line in logs.lines()]
    assert said == [
        ("kafka.conn", "could not reach %s"),
        ("somebody.else", "library_message"),
        ("somebody.else", "library_message"),
        ("uvicorn.error", "Started server process [%d]"),
        ("py.warnings", "library_message"),
    ]
    assert SECRET not in logs.out.getvalue().decode()


def test_metrics_count_by_template_status_and_rule() -> None:
    meter = Meter("referral")
    meter.watch("lag_letters", "Letters not read yet", "source", lambda: {"qa": 3, "planning": 0})
    client = TestClient(build(meter))
    for path in ("1", "2", "refused"):
        client.get(f"/referral/v1/cases/{path}")
    body, content_type = meter.text()
    lines = body.decode().splitlines()
    route = 'route="/referral/v1/cases/{case_id}"'
    assert f'toldonce_http_requests_total{{method="GET",{route},service="referral",status="200"}} 2.0' in lines
    assert f'toldonce_http_requests_total{{method="GET",{route},service="referral",status="409"}} 1.0' in lines
    assert f'toldonce_http_request_seconds_count{{method="GET",{route},service="referral"}} 3.0' in lines
    assert 'toldonce_refusals_total{rule="SYS-T-01",service="referral"} 1.0' in lines
    assert 'toldonce_lag_letters{service="referral",source="qa"} 3.0' in lines
    assert content_type.startswith("text/plain")
    assert Meter("referral").text()[0].decode().count("} ") == 0
