"""Saying no over HTTP: one form for every refusal (RFC 9457), with the rule and the remedy, never with the input."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from pydantic import ValidationError
from starlette.responses import Response

from shared.http.kinds import KINDS, MEDIA_TYPE, Kind, kind_of
from shared.http.misfits import spoken
from shared.kernel.refusal import Refusal

TRY_AGAIN_SECONDS = 2


class ProblemError(Exception):
    """An answer of no that is not a rule's, raised anywhere below the API.

    kind: a name of KINDS that has this status; detail, errors: in our words only; headers: for the answer.
    extra: further members of the problem; `retry_after`, in seconds, is sent as Retry-After too.
    """

    def __init__(
        self,
        status: int,
        kind: str,
        detail: str | None = None,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ):
        super().__init__(kind)
        known = KINDS.get(kind)
        self.kind = known if known is not None and known.status == status else kind_of(status)
        self.detail = detail
        self.errors = errors
        self.headers = dict(headers or {})
        self.extra = extra
        if "retry_after" in extra:
            self.headers["Retry-After"] = str(extra["retry_after"])

    @property
    def status(self) -> int:
        """The HTTP status it is answered with."""
        return self.kind.status

    @classmethod
    def from_validation(cls, wrong: ValidationError, body: Any = None) -> Self:
        """The 422 of a body that does not fit its model, without anything of the body."""
        found = wrong.errors(include_url=False, include_input=False)
        return cls(422, "does-not-fit", errors=spoken(({**one, "loc": ("body", *one["loc"])} for one in found), body))


def not_found() -> ProblemError:
    """The one 404, to raise; its answer is byte for byte the same, thing missing or not to be seen."""
    return ProblemError(404, "not-found")


def invalid(where: str, code: str, message: str) -> ProblemError:
    """The 422 of one field, to raise. where: a JSON pointer into the body ("" is all of it), or a header's name."""
    place = "body" if not where or where.startswith("/") else "header"
    pointer = f"#{where}" if place == "body" else f"#/{where}"
    return ProblemError(
        422, "does-not-fit", errors=[{"in": place, "pointer": pointer, "code": code, "message": message}]
    )


def busy(detail: str, seconds: int = TRY_AGAIN_SECONDS) -> ProblemError:
    """The 503 of a part that is away or behind, to raise."""
    return ProblemError(503, "busy", detail, retry_after=seconds)


def answer(
    kind: Kind,
    scope: Mapping[str, Any] | None = None,
    *,
    detail: str | None = None,
    rules: Iterable[Refusal] = (),
    errors: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    extra: Mapping[str, Any] | None = None,
) -> Response:
    """A problem as a response. scope: of the request, for its correlation id and what the app adds to problems.

    A kind of status 404 is always answered in the one form, whatever else was given.
    """
    if kind.status == 404:
        return Response(_NOT_FOUND, status_code=404, media_type=MEDIA_TYPE)
    body = _body(kind, detail)
    if scope is not None and (correlation := scope.get("correlation_id")):
        # No address of the request: it holds the ids of children.
        body["instance"] = f"urn:uuid:{correlation}"
    said = [{"rule": no.rule, "because": no.because, "remedy": no.remedy, "field": no.field} for no in rules]
    if said:
        body["rules"] = said
    if errors:
        body["errors"] = list(errors)
    body.update(extra or {})
    if scope is not None and (also := getattr(scope["app"].state, "problems_also", None)):
        body.update(also(scope, kind.status))
    return Response(_encoded(body), status_code=kind.status, headers=dict(headers or {}), media_type=MEDIA_TYPE)


def went_wrong(scope: Mapping[str, Any]) -> Response:
    """The 500: what failed is in our log under the correlation id, and nowhere else."""
    return answer(KINDS["went-wrong"], scope)


def _body(kind: Kind, detail: str | None) -> dict[str, Any]:
    body: dict[str, Any] = {"type": f"/problems/{kind.name}", "title": kind.title, "status": kind.status}
    if detail:
        body["detail"] = detail
    return body


def _encoded(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()


_NOT_FOUND = _encoded(_body(KINDS["not-found"], KINDS["not-found"].means))
