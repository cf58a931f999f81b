"""Every kind of problem this product answers with: what it means and what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """name: the last part of the type URL; title: the same each time; means, remedy: for the page behind it."""

    name: str
    status: int
    title: str
    means: str
    remedy: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind(
            "bad-request", 400, "This request cannot be read",
            "A header or a query argument is not of the form that the contract describes.",
            "Look up the operation in the contract and send the request in that form.",
        ),
        Kind(
            "unreadable-body", 400, "The body cannot be read",
            "The body is not one JSON object in UTF-8, or it holds something that readers understand differently.",
            "The code under `errors` says what was found. Write the body with a JSON library and send it again.",
        ),
        Kind(
            "bad-cursor", 400, "This cursor does not belong to this list",
            "A cursor is good only for the list that gave it, and only as it was given.",
            "Ask for the first page again, without a cursor.",
        ),
        Kind(
            "not-signed-in", 401, "Sign in first",
            "The request has no access token, or one that is expired, not for this service or not of our issuer.",
            "Get a new access token and send it as `Authorization: Bearer`.",
        ),
        Kind(
            "forbidden", 403, "You may not do this",
            "Neither this scope nor this post can ever do this, whatever the case.",
            "Ask somebody whose post may, or ask for the scope to be added to your registration.",
        ),
        Kind(
            "not-found", 404, "There is nothing here for you",
            "Either there is no such thing, or you may not see it. The two answers are the same on purpose.",
            "Check the address. If you should see it, ask the service that holds the case for access.",
        ),
        Kind(
            "method-not-allowed", 405, "This method is not offered here",
            "The address exists but does not take this method.",
            "The Allow header names the methods that it takes.",
        ),
        Kind(
            "refused", 409, "A rule does not allow this",
            "The request was understood, and one or more rules of the protocol in force say no.",
            "Each entry under `rules` names its rule, says why and what to do instead.",
        ),
        Kind(
            "not-known-here-yet", 409, "A fact this rests on is not known here yet",
            "Another service has recorded something that this one has not been told so far.",
            "Send the same request again after the time in Retry-After.",
        ),
        Kind(
            "conflict", 409, "This does not fit what is already there",
            "Something else that is already recorded stands against it.",
            "Read the current state, then decide again.",
        ),
        Kind(
            "changed-since-read", 412, "It has changed since you read it",
            "The version in If-Match is not the current one, so the decision was made on an older state.",
            "Read it again, decide again, and send the version that you then have.",
        ),
        Kind(
            "too-large", 413, "The body is too large",
            "A body may have at most 1 MiB.",
            "Send less, or send a reference to a document instead of the document.",
        ),
        Kind(
            "does-not-fit", 422, "The request does not fit the contract",
            "A field is missing, not known, or not of the form or list that the contract gives.",
            "Each entry under `errors` points at one field and says what it wants.",
        ),
        Kind(
            "key-reused", 422, "This Idempotency-Key was used for something else",
            "The key was sent before with another body, and a key stands for one request only.",
            "Send a new key with this body, or the old body with this key.",
        ),
        Kind(
            "version-needed", 428, "Say which version you decided on",
            "This command changes something that others may change too.",
            "Read it, and send its version as If-Match.",
        ),
        Kind(
            "too-many-requests", 429, "Too many requests",
            "This client has used up its share for now. Nothing was recorded.",
            "Wait for the seconds in Retry-After, then send the same request again.",
        ),
        Kind(
            "went-wrong", 500, "Something went wrong on our side",
            "The fault is ours. Whether the request took effect is not certain.",
            "Send it again with the same Idempotency-Key: if it took effect, you get its answer. "
            "If it goes on, tell us the X-Correlation-ID.",
        ),
        Kind(
            "busy", 503, "Not able to answer just now",
            "A part that this request needs is away, or has not caught up yet.",
            "Wait for the seconds in Retry-After, then send the same request again.",
        ),
    )
}  # fmt: skip

_OF_STATUS = {
    400: "bad-request", 401: "not-signed-in", 403: "forbidden", 404: "not-found", 405: "method-not-allowed",
    409: "conflict", 412: "changed-since-read", 413: "too-large", 422: "does-not-fit", 428: "version-needed",
    429: "too-many-requests", 500: "went-wrong", 503: "busy",
}  # fmt: skip


def kind_of(status: int) -> Kind:
    """The kind that speaks for a status when nothing more is known."""
    return KINDS[_OF_STATUS.get(status) or ("went-wrong" if status >= 500 else "bad-request")]


class RuleSaid(BaseModel):
    """One rule's no, with what to do instead."""

    rule: str = Field(description="The ID of the rule, as in the published rule list")
    because: str
    remedy: str
    field: str | None = None


class Fault(BaseModel):
    """One thing that does not fit. Never holds what was sent."""

    place: Literal["body", "path", "query", "header", "cookie"] = Field("body", alias="in")
    pointer: str = Field(description="JSON pointer from the root of that place")
    code: str
    message: str


class Problem(BaseModel):
    """An answer of no, in the form of RFC 9457."""

    model_config = ConfigDict(extra="allow", json_schema_extra={"additionalProperties": True})

    type: str = Field(
        description="Address of a page that explains this kind of problem", examples=["/problems/refused"]
    )
    title: str
    status: int = Field(ge=400, le=599)
    detail: str | None = None
    instance: str | None = Field(None, description="The correlation id of this request, as a URN")
    rules: list[RuleSaid] | None = None
    errors: list[Fault] | None = None


_SCHEMA: Mapping[str, Any] = {"$ref": "#/components/schemas/Problem"}
_SECONDS = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 0}}}
_HEADERS: Mapping[int, Mapping[str, Any]] = {
    401: {"WWW-Authenticate": {"schema": {"type": "string"}}},
    412: {"ETag": {"description": "The current version", "schema": {"type": "string"}}},
    429: _SECONDS,
    503: _SECONDS,
}

NOES: dict[int | str, dict[str, Any]] = {
    status: {
        "description": kind_of(status).title,
        "content": {MEDIA_TYPE: {"schema": dict(_SCHEMA)}},
        **({"headers": dict(_HEADERS[status])} if status in _HEADERS else {}),
    }
    for status in (400, 401, 403, 404, 409, 412, 413, 422, 428, 429, 500, 503)
}
"""The documented answers of no, by status, for an operation's `responses`."""


def noes(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The documented answers of no that one operation may give."""
    return {status: NOES[status] for status in statuses}
