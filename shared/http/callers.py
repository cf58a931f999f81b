"""Who is calling: the token's word, and the registers' agreement."""

from starlette.requests import Request

from shared.access.caller import Caller, Kind
from shared.access.keys import NoKeys
from shared.access.signed import BadToken
from shared.http.carried import carried
from shared.http.house import House
from shared.http.problems import ProblemError


async def caller_of(house: House, request: Request) -> Caller:
    """The caller, known to the registers and within its rate. Raises ProblemError (401, 429)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _not_signed_in()
    try:
        named = house.verify(token.strip(), house.real())
    except BadToken:
        raise _not_signed_in() from None
    except NoKeys:
        raise ProblemError(503, "busy", "Tokens cannot be checked at the moment. Try again.", retry_after=2) from None
    if named.kind is not Kind.SERVICE and not house.serves(named.authority):
        raise _not_signed_in()
    known = await house.caller(named)
    if known is None:
        raise _not_signed_in()
    carried(request.scope).client_kind = str(known.kind)
    request.scope["toldonce.caller"] = known
    carried(request.scope).headers |= house.limiter.limit(f"{named.client_id} {named.id}", house.real().timestamp())
    return known


def _not_signed_in() -> ProblemError:
    return ProblemError(401, "not-signed-in", headers={"WWW-Authenticate": "Bearer"})
