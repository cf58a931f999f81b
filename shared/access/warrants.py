"""A warrant: leave for one read of one record at its owner, for at most two seconds.

qa decides on its own store, where grants live, and asks the owner of the sealed parts with a warrant. The owner
checks it without asking anybody, uses it up by its read id, and records the read before the first byte.
"""

from dataclasses import dataclass
from datetime import datetime

from shared.access.signed import BadToken, Claims, Jwk, KeysOf, opened, signed, text, timely

LONGEST_SECONDS = 2
_KIND = "warrant+jwt"
# Two services of one deployment: their clocks may differ a little, or no warrant would ever be young enough.
_SKEW_SECONDS = 1


@dataclass(frozen=True, kw_only=True)
class Warrant:
    """What may be read, by whom and why.

    audience: the owning service; fields: field groups of the mask, as in `masks`; practitioner: the reader's id;
    read_id: of this one read, also of the RecordRead that the owner records.
    """

    read_id: str
    audience: str
    authority: str
    case_id: str
    child_ids: tuple[str, ...]
    fields: frozenset[str]
    purpose: str
    practitioner: str


def mint_warrant(warrant: Warrant, key: Jwk, *, issuer: str, now: datetime) -> str:
    """The warrant as a signed token that lives two seconds. issuer: the service that decided; now: real time."""
    issued = round(now.timestamp(), 3)
    claims: Claims = {
        "iss": issuer,
        "aud": f"toldonce/{warrant.audience}",
        "jti": warrant.read_id,
        "iat": issued,
        "exp": issued + LONGEST_SECONDS,
        "authority": warrant.authority,
        "case_id": warrant.case_id,
        "child_ids": list(warrant.child_ids),
        "fields": sorted(warrant.fields),
        "purpose": warrant.purpose,
        "act": {"sub": warrant.practitioner},
    }
    return signed(claims, key, _KIND)


def verify_warrant(token: str, keys_of: KeysOf, *, issuer: str, audience: str, now: datetime) -> Warrant:
    """The warrant in a token. keys_of: service -> its keys; issuer: who may mint; audience: our own name.

    now: real time. Raises BadToken. It holds under the issuer's keys and no others, whatever it says of itself.
    That it is used once is the owner's to see to: it records `read_id` in the transaction of the read.
    """
    claims = opened(token, keys_of(issuer), (_KIND,))
    if claims.get("iss") != issuer:
        raise BadToken("ISSUER")
    if claims.get("aud") != f"toldonce/{audience}":
        raise BadToken("AUDIENCE")
    # A float of seconds cannot hold every millisecond exactly, so two seconds may come out a hair longer.
    timely(claims, now, LONGEST_SECONDS + 0.001, _SKEW_SECONDS)
    act = claims.get("act")
    if not isinstance(act, dict):
        raise BadToken("CLAIMS")
    return Warrant(
        read_id=text(claims, "jti"),
        audience=audience,
        authority=text(claims, "authority"),
        case_id=text(claims, "case_id"),
        child_ids=_texts(claims, "child_ids"),
        fields=frozenset(_texts(claims, "fields")),
        purpose=text(claims, "purpose"),
        practitioner=text(act, "sub"),
    )


def _texts(claims: Claims, name: str) -> tuple[str, ...]:
    value = claims.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(one, str) and one for one in value):
        raise BadToken("CLAIMS")
    return tuple(value)
