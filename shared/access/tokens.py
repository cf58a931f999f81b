"""Access tokens (`at+jwt`): they give identity and nothing else. What a caller may do is in our registers."""

from collections.abc import Sequence
from datetime import datetime

from shared.access.caller import Caller, Kind
from shared.access.signed import BadToken, Claims, Jwks, Proofs, text, text_or_none, timely

AUDIENCE = "toldonce"
KINDS = ("at+jwt", "application/at+jwt")
LONGEST_SECONDS = 600
_PROOFS = Proofs()


def verify(token: str, keys: Jwks, *, issuer: str, now: datetime) -> Caller:
    """The caller that an access token names, as far as the token goes. Raises BadToken.

    keys: the issuer's JWKS; now: real time, never the development clock.
    The caller still has to agree with the registers: `callers.known_caller`.
    """
    claims = _PROOFS.opened(token, keys, KINDS)
    if claims.get("iss") != issuer:
        raise BadToken("ISSUER")
    if claims.get("aud") not in (AUDIENCE, [AUDIENCE]):
        raise BadToken("AUDIENCE")
    timely(claims, now, LONGEST_SECONDS)
    text(claims, "jti")
    return caller_in(claims)


def caller_in(claims: Claims) -> Caller:
    """The caller named by claims that were proved already. Raises BadToken where a claim is missing or misshapen.

    A token of a client names the client as its subject; the person it acts for stands in `act.sub`.
    """
    client = text(claims, "client_id")
    if text(claims, "sub") != client:
        raise BadToken("SUBJECT")
    acting = claims.get("act")
    if acting is not None and not isinstance(acting, dict):
        raise BadToken("CLAIMS")
    person = None if acting is None else text(acting, "sub")
    return Caller(
        kind=Kind.SYSTEM if person is None else Kind.PERSON,
        id=person or client,
        client_id=client,
        authority=text(claims, "authority"),
        scopes=frozenset(_words(text(claims, "scope").split(" "))),
        agency=text_or_none(claims, "agency"),
        person_id=person,
        post=text_or_none(claims, "post"),
        team=text_or_none(claims, "team"),
        team_id=text_or_none(claims, "team_id"),
        purpose=text_or_none(claims, "purpose"),
    )


def _words(scopes: Sequence[str]) -> Sequence[str]:
    if not all(scopes):
        raise BadToken("CLAIMS")
    return scopes
