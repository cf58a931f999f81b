"""How an app comes to answer every no as a problem: one handler for each thing that says no."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from shared.http.carried import carried
from shared.http.contract import keep_contract
from shared.http.guards import KINDS as BODY_KINDS
from shared.http.guards import BadBody
from shared.http.kinds import KINDS, Kind, kind_of
from shared.http.misfits import spoken
from shared.http.problems import TRY_AGAIN_SECONDS, ProblemError, answer
from shared.http.routes import methods_here
from shared.kernel.refusal import NotKnownHere, Refused

Also = Callable[[Mapping[str, Any], int], Mapping[str, Any]]
"""(scope, status) -> further members of a problem, as the telephone route of an authority."""


def speak_problems(app: FastAPI, *, also: Also | None = None, bodies: Iterable[type[BaseModel]] = ()) -> None:
    """Make every answer of no from this app a problem, and document it so.

    also: further members by scope and status, in every problem but the 404; bodies: the models of `takes`.
    An exception that nothing here knows is answered by `Edge`, which must be outside.
    """
    app.state.problems_also = also
    app.add_exception_handler(Refused, _refused)
    app.add_exception_handler(NotKnownHere, _not_known_here)
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(BadBody, _bad_body)
    app.add_exception_handler(RequestValidationError, _does_not_fit)
    app.add_exception_handler(HTTPException, _by_status)
    keep_contract(app, tuple(bodies))


async def _refused(request: Request, no: Exception) -> Response:
    assert isinstance(no, Refused)
    carried(request.scope).rules = no.rules
    sentences = dict.fromkeys(f"{refusal.because.rstrip('.')}." for refusal in no.refusals)
    detail = " ".join(f"{sentence[0].upper()}{sentence[1:]}" for sentence in sentences)
    return answer(KINDS["refused"], request.scope, detail=detail, rules=no.refusals)


async def _not_known_here(request: Request, no: Exception) -> Response:
    assert isinstance(no, NotKnownHere)
    later = ProblemError(409, "not-known-here-yet", waits_for=no.what, retry_after=TRY_AGAIN_SECONDS)
    return await _problem(request, later)


async def _problem(request: Request, no: Exception) -> Response:
    assert isinstance(no, ProblemError)
    return answer(no.kind, request.scope, detail=no.detail, errors=no.errors, headers=no.headers, extra=no.extra)


async def _bad_body(request: Request, no: Exception) -> Response:
    assert isinstance(no, BadBody)
    sentence = BODY_KINDS[no.kind]
    fault: dict[str, Any] = {"in": "body", "pointer": no.pointer, "code": no.kind, "message": sentence}
    if no.at is not None:
        fault["at"] = no.at
    kind = KINDS["too-large" if no.status == 413 else "unreadable-body"]
    return answer(kind, request.scope, detail=sentence, errors=[fault])


async def _does_not_fit(request: Request, no: Exception) -> Response:
    assert isinstance(no, RequestValidationError)
    faults = spoken(no.errors(), no.body)
    if any(fault["code"] == "json_invalid" for fault in faults):
        return await _bad_body(request, BadBody("not_json"))
    return answer(KINDS["does-not-fit"], request.scope, errors=faults)


async def _by_status(request: Request, no: Exception) -> Response:
    assert isinstance(no, HTTPException)
    headers = dict(no.headers or {})
    if no.status_code < 400:
        return Response(status_code=no.status_code, headers=headers)
    if no.status_code == 405:
        headers["Allow"] = ", ".join(methods_here(request.scope))
    elif no.status_code == 401:
        headers.setdefault("WWW-Authenticate", "Bearer")
    # The detail of such an exception is often the framework's, and may quote the request: it is not repeated.
    kind = kind_of(no.status_code)
    if kind.status != no.status_code:
        kind = Kind(kind.name, no.status_code, kind.title, kind.means, kind.remedy)
    return answer(kind, request.scope, headers=headers)
