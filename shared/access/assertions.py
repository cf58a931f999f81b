"""Client assertions (`private_key_jwt`): how a registered client proves at the token endpoint who it is."""

from collections.abc import Callable
from datetime import datetime

from shared.access.signed import BadToken, Claims, Jwks, claimed, opened, text, timely

LONGEST_SECONDS = 300
# `typ` is optional here by its standard; the sorts that have one of their own never pass as an assertion.
_KINDS = (None, "jwt", "client-authentication+jwt")


def claimed_client(assertion: str) -> str:
    """The client that an assertion says it is of, unproven: to look up the keys it has to hold under.

    Raises BadToken.
    """
    return claimed(assertion, "sub", _KINDS)


def verify_assertion(
    assertion: str,
    keys: Jwks,
    *,
    client_id: str,
    token_endpoint: str,
    now: datetime,
    seen: Callable[[str], bool],
) -> Claims:
    """The claims of an assertion that its client made for this endpoint, once. Raises BadToken.

    keys: the registered keys of the client; now: real time.
    seen: whether a key ("<client>/<jti>") was used before; it remembers it for LONGEST_SECONDS and the skew of a
    clock. It is asked last, so that nobody can use up another's `jti`.
    """
    claims = opened(assertion, keys, _KINDS)
    if text(claims, "iss") != client_id or text(claims, "sub") != client_id:
        raise BadToken("SUBJECT")
    if claims.get("aud") not in (token_endpoint, [token_endpoint]):
        raise BadToken("AUDIENCE")
    timely(claims, now, LONGEST_SECONDS)
    if seen(f"{client_id}/{text(claims, 'jti')}"):
        raise BadToken("REPLAYED")
    return claims
