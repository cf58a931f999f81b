"""Service credentials: how one service of the product reads another's feed. They open no person's record."""

from datetime import datetime

from shared.access.caller import Caller, Kind
from shared.access.signed import BadToken, Jwk, KeysOf, claimed, opened, signed, text, timely

FEED = "feed"
LONGEST_SECONDS = 300
# A sort of its own, so that a service's credential never passes as a caller's token nor the other way round.
_KIND = "service+jwt"


def mint_credential(key: Jwk, *, service: str, audience: str, deployment: str, token_id: str, now: datetime) -> str:
    """A credential of one service for calling another, signed with its own key.

    service, audience: their names; deployment: the issuer; now: real time.
    """
    issued = int(now.timestamp())
    claims = {
        "iss": deployment,
        "sub": service,
        "aud": f"toldonce/{audience}",
        "scope": FEED,
        "jti": token_id,
        "iat": issued,
        "exp": issued + LONGEST_SECONDS,
    }
    return signed(claims, key, _KIND)


def verify_credential(token: str, keys_of: KeysOf, *, audience: str, deployment: str, now: datetime) -> Caller:
    """The service that calls. keys_of: service -> its keys; audience: our own name. Raises BadToken.

    A credential holds under the keys of the service that it names: no service can speak for another.
    """
    service = claimed(token, "sub", (_KIND,))
    claims = opened(token, keys_of(service), (_KIND,))
    if claims.get("iss") != deployment:
        raise BadToken("ISSUER")
    if claims.get("aud") != f"toldonce/{audience}":
        raise BadToken("AUDIENCE")
    timely(claims, now, LONGEST_SECONDS)
    if text(claims, "scope") != FEED:
        raise BadToken("SCOPE")
    return Caller(kind=Kind.SERVICE, id=service, client_id=service, authority=None, scopes=frozenset({FEED}))
