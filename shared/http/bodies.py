"""From a request to a typed body, in steps that a service can put its own checks between.

A framework that reads and checks the body in one go answers 422 before anyone asked whether this caller may see
the case; the order of checks needs the two apart.
"""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from shared.http.guards import MAX_BYTES, BadBody
from shared.http.problems import ProblemError

M = TypeVar("M", bound=BaseModel)


async def body_of(request: Request, max_bytes: int = MAX_BYTES) -> bytes:
    """The bytes of a body; reading stops as soon as it is too long. Raises BadBody."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and len(announced) < 20 and int(announced) > max_bytes:
        raise BadBody("too_large")
    parts, length = [], 0
    async for part in request.stream():
        length += len(part)
        if length > max_bytes:
            raise BadBody("too_large")
        parts.append(part)
    return b"".join(parts)


def fit(model: type[M], body: Mapping[str, Any]) -> M:
    """The body as a model. Raises ProblemError (422), which holds nothing of the body."""
    try:
        return model.model_validate(body)
    except ValidationError as wrong:
        raise ProblemError.from_validation(wrong, body) from None
