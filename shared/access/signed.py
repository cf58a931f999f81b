"""Opening and making signed tokens: one short list of algorithms, and only keys that were given.

Nothing a token says about its own key is followed: no address in its header is fetched, no key in it is used.
"""

import warnings
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, Key, OKPKey
from joserfc.jws import extract_compact

LONGEST_TOKEN = 8_192
"""Bytes. More than any honest token needs, and little enough to refuse before it is decoded."""

SKEW_SECONDS = 30
"""How far the clock of an issuer may run ahead of ours."""

_KEY_TYPE = {"EdDSA": "OKP", "Ed25519": "OKP", "ES256": "EC"}
_CURVE = {"OKP": "Ed25519", "EC": "P-256"}
ALGORITHMS = tuple(_KEY_TYPE)

# Issuers still write the older name of the one algorithm; the library warns at each, and we accept both on purpose.
warnings.filterwarnings("ignore", message="EdDSA is deprecated", category=SecurityWarning)

Jwk = Mapping[str, Any]
Jwks = Mapping[str, Any]
KeysOf = Callable[[str], Jwks]
"""Who signs -> the keys that are theirs; an empty set for whoever is not known."""
Claims = dict[str, Any]


class BadToken(Exception):
    """A token that proves nothing. why: a structural word for the log; the caller is only told that it is not valid."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


def signing_key(jwk: Jwk) -> Key:
    """A private key as used to sign. Raises ValueError for any other kind than Ed25519 or P-256, or one without id."""
    kind = OKPKey if jwk.get("kty") == "OKP" else ECKey
    if _CURVE.get(str(jwk.get("kty"))) != jwk.get("crv") or not jwk.get("kid") or "d" not in jwk:
        raise ValueError("a signing key is Ed25519 or P-256, private, and has a kid")
    return kind.import_key(dict(jwk))


def public_part(jwk: Jwk) -> dict[str, Any]:
    """The part of a key that may be shown."""
    return {name: jwk[name] for name in ("kty", "crv", "x", "y", "kid", "use", "alg") if name in jwk}


def signed(claims: Claims, key: Jwk, kind: str) -> str:
    """Claims as a compact signed token. kind: its `typ`, which keeps one sort of token from passing as another."""
    algorithm = "Ed25519" if key.get("kty") == "OKP" else "ES256"
    return jwt.encode(
        {"alg": algorithm, "typ": kind, "kid": key["kid"]}, claims, signing_key(key), algorithms=[algorithm]
    )


def opened(token: str, keys: Jwks, kinds: Sequence[str | None]) -> Claims:
    """The claims of a token whose signature holds under one of the keys. Raises BadToken.

    keys: a JWKS; kinds: the accepted values of `typ` in lower case, None where it may be absent.
    """
    return _proved(token, keys, kinds)[0]


class Proofs:
    """Tokens whose signature was found to hold, so that a caller's next request need not prove it again.

    Only the signature is remembered, by the token's hash and the key it held under: a key that has left the set
    proves nothing any more, and times and names are looked at with every use. most: how many are kept.
    """

    def __init__(self, most: int = 4_096):
        self._most = most
        self._held: OrderedDict[bytes, tuple[Claims, Jwk]] = OrderedDict()

    def opened(self, token: str, keys: Jwks, kinds: Sequence[str | None]) -> Claims:
        """As `opened`; always with the same kinds. Raises BadToken."""
        if len(token) > LONGEST_TOKEN or not token.isascii():
            raise BadToken("SIZE")
        name = sha256(token.encode()).digest()
        held = self._held.get(name)
        if held is not None and held[1] in keys.get("keys", ()):
            return held[0]
        self._held[name] = claims, _ = _proved(token, keys, kinds)
        if len(self._held) > self._most:
            self._held.popitem(last=False)
        return claims


def _proved(token: str, keys: Jwks, kinds: Sequence[str | None]) -> tuple[Claims, Jwk]:
    """The claims, and the key their signature holds under."""
    header = _header_of_kind(token, kinds)
    if "crit" in header:
        raise BadToken("CRITICAL_HEADER")
    algorithm = header.get("alg")
    jwk, key = _key_for(header.get("kid"), algorithm, keys)
    try:
        claims = jwt.decode(token, key, algorithms=[str(algorithm)]).claims
    except (JoseError, ValueError, TypeError, RecursionError) as wrong:
        raise BadToken("SIGNATURE") from wrong
    if not isinstance(claims, dict):
        raise BadToken("CLAIMS")
    return claims, jwk


def _header_of_kind(token: str, kinds: Sequence[str | None]) -> dict[str, Any]:
    header = header_of(token)
    kind = header.get("typ")
    if (kind.lower() if isinstance(kind, str) else kind) not in kinds:
        raise BadToken("TYPE")
    return header


def header_of(token: str) -> dict[str, Any]:
    """What a token says about itself, unproven. Raises BadToken for what is no signed compact token or too long."""
    if len(token) > LONGEST_TOKEN or not token.isascii():
        raise BadToken("SIZE")
    try:
        header = extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, RecursionError) as wrong:
        raise BadToken("FORM") from wrong
    if not isinstance(header, dict):
        raise BadToken("FORM")
    return header


def key_id_of(token: str) -> str | None:
    """The key id a token names, unproven: to know whether the key set has to be loaded again. Raises BadToken."""
    kid = header_of(token).get("kid")
    return kid if isinstance(kid, str) else None


def claimed(token: str, name: str, kinds: Sequence[str | None]) -> str:
    """What a token claims in one word, unproven: to look up the keys it has to hold under. Raises BadToken."""
    _header_of_kind(token, kinds)
    try:
        claims = msgspec.json.decode(extract_compact(token.encode()).payload)
    except (JoseError, ValueError, TypeError, RecursionError) as wrong:
        raise BadToken("FORM") from wrong
    if not isinstance(claims, dict):
        raise BadToken("CLAIMS")
    return text(claims, name)


def timely(claims: Claims, now: datetime, longest_seconds: float, skew_seconds: float = SKEW_SECONDS) -> None:
    """Check `iat`, `exp` and `nbf` against real time. Raises BadToken. A token lives at most longest_seconds."""
    issued, expires = _instant(claims.get("iat")), _instant(claims.get("exp"))
    if issued is None or expires is None:
        raise BadToken("TIMES")
    at = now.timestamp()
    if expires <= at:
        raise BadToken("EXPIRED")
    if not 0 < expires - issued <= longest_seconds:
        raise BadToken("LIFETIME")
    if issued > at + skew_seconds:
        raise BadToken("NOT_YET")
    if "nbf" in claims:
        not_before = _instant(claims["nbf"])
        if not_before is None or not_before > at + skew_seconds:
            raise BadToken("NOT_YET")


def text(claims: Claims, name: str) -> str:
    """A claim that must be there, as text. Raises BadToken."""
    value = claims.get(name)
    if not isinstance(value, str) or not value or len(value) > 512:
        raise BadToken("CLAIMS")
    return value


def text_or_none(claims: Claims, name: str) -> str | None:
    """A claim that may be absent, as text. Raises BadToken if it is something else."""
    return None if claims.get(name) is None else text(claims, name)


def _instant(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    # Infinity is a number to the JSON reader, and no time at all.
    return float(value) if 0 < value < 1e11 else None


def _key_for(kid: object, algorithm: object, keys: Jwks) -> tuple[Jwk, Key]:
    kind = _KEY_TYPE.get(algorithm) if isinstance(algorithm, str) else None
    if kind is None:
        raise BadToken("ALGORITHM")
    if not isinstance(kid, str):
        raise BadToken("KEY")
    for key in keys.get("keys", ()):
        if key.get("kid") == kid and key.get("kty") == kind and key.get("crv") == _CURVE[kind]:
            if key.get("use", "sig") != "sig" or key.get("alg", algorithm) not in _same_as(algorithm):
                continue
            try:
                return key, (OKPKey if kind == "OKP" else ECKey).import_key(public_part(key))
            except (JoseError, ValueError, TypeError, KeyError) as wrong:
                raise BadToken("KEY") from wrong
    raise BadToken("KEY")


def _same_as(algorithm: object) -> tuple[object, ...]:
    return ("EdDSA", "Ed25519") if algorithm in ("EdDSA", "Ed25519") else (algorithm,)
