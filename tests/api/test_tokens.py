"""Access tokens: what proves an identity, and every known way of faking one."""

import base64
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey

from shared.access.caller import Kind
from shared.access.signed import LONGEST_TOKEN, BadToken, public_part, signed
from shared.access.tokens import verify

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
ISSUER = "https://issuer.example"
OURS = OKPKey.generate_key("Ed25519", {"kid": "ours"}).as_dict(private=True)
CURVE = ECKey.generate_key("P-256", {"kid": "curve"}).as_dict(private=True)
KEYS = {"keys": [public_part(OURS), public_part(CURVE)]}
STRANGER = OKPKey.generate_key("Ed25519", {"kid": "ours"}).as_dict(private=True)


def claims(**changed: Any) -> dict[str, Any]:
    issued = int(NOW.timestamp())
    given = {
        "iss": ISSUER,
        "aud": "toldonce",
        "sub": "school-system",
        "client_id": "school-system",
        "authority": "TST",
        "scope": "referral:submit referral:status",
        "jti": "one",
        "iat": issued,
        "exp": issued + 600,
    } | changed
    return {name: value for name, value in given.items() if value is not ...}


def checked(token: str, now: datetime = NOW) -> Any:
    return verify(token, KEYS, issuer=ISSUER, now=now)


def refused(token: str, why: str, now: datetime = NOW) -> None:
    with pytest.raises(BadToken) as bad:
        checked(token, now)
    assert bad.value.why == why


def by_hand(header: dict[str, Any], body: Any, signature: bytes = b"x") -> str:
    parts = (json.dumps(header).encode(), json.dumps(body).encode(), signature)
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def seconds(number: float) -> float:
    return NOW.timestamp() + number


@pytest.mark.parametrize("key", [OURS, CURVE], ids=["Ed25519", "ES256"])
def test_a_signed_token_names_its_caller(key: dict[str, Any]) -> None:
    caller = checked(signed(claims(), key, "at+jwt"))
    assert (caller.kind, caller.id, caller.client_id, caller.authority) == (
        Kind.SYSTEM,
        "school-system",
        "school-system",
        "TST",
    )
    assert caller.scopes == {"referral:submit", "referral:status"}
    assert caller.post is None
    assert caller.appointments == ()


@pytest.mark.filterwarnings("ignore:EdDSA is deprecated")
def test_the_older_name_of_the_algorithm_is_taken_too() -> None:
    header = {"alg": "EdDSA", "typ": "at+jwt", "kid": "ours"}
    token = jwt.encode(header, claims(), OKPKey.import_key(OURS), algorithms=["EdDSA"])
    assert checked(token).id == "school-system"


def test_a_token_for_a_person_names_person_purpose_post_and_team() -> None:
    token = signed(
        claims(act={"sub": "amira"}, purpose="CASEWORK", post="SOCIAL_WORKER", team="CAT", scope="qa:read"),
        OURS,
        "at+jwt",
    )
    caller = checked(token)
    assert (caller.kind, caller.id, caller.person_id) == (Kind.PERSON, "amira", "amira")
    assert (caller.purpose, caller.post, caller.team) == ("CASEWORK", "SOCIAL_WORKER", "CAT")


def test_the_long_name_of_the_type_is_taken_too() -> None:
    assert checked(signed(claims(), OURS, "application/at+jwt")).id == "school-system"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", None, 7])
def test_a_token_signed_by_nobody_is_refused(algorithm: Any) -> None:
    header = {"alg": algorithm, "typ": "at+jwt", "kid": "ours"}
    with pytest.raises(BadToken):
        checked(by_hand(header, claims(), b""))


@pytest.mark.parametrize("kid", ["ours", "curve"])
def test_a_public_key_is_no_shared_secret(kid: str) -> None:
    public = next(key for key in KEYS["keys"] if key["kid"] == kid)
    pem = (OKPKey if public["kty"] == "OKP" else ECKey).import_key(public).as_pem(private=False)
    for secret in (json.dumps(public).encode(), public["x"].encode(), pem):
        unsigned = by_hand({"alg": "HS256", "typ": "at+jwt", "kid": kid}, claims()).rpartition(".")[0]
        mac = base64.urlsafe_b64encode(hmac.digest(secret, unsigned.encode(), "sha256")).rstrip(b"=").decode()
        refused(f"{unsigned}.{mac}", "ALGORITHM")


def test_an_rsa_token_is_refused_whatever_key_the_set_holds() -> None:
    rsa = RSAKey.generate_key(2048, {"kid": "rsa"})
    token = jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": "rsa"}, claims(), rsa, algorithms=["RS256"])
    keys = {"keys": [*KEYS["keys"], rsa.as_dict(private=False)]}
    with pytest.raises(BadToken):
        verify(token, keys, issuer=ISSUER, now=NOW)


def test_the_key_of_one_algorithm_does_not_serve_another() -> None:
    token = signed(claims(), {**OURS, "kid": "curve"}, "at+jwt")
    refused(token, "KEY")


@pytest.mark.parametrize(
    "kid", ["../../../../dev/null", "/etc/passwd", "ours' OR '1'='1", "http://keys.example", "", None, 1, ["ours"]]
)
def test_a_key_id_is_compared_and_never_looked_up(kid: Any) -> None:
    refused(by_hand({"alg": "Ed25519", "typ": "at+jwt", "kid": kid}, claims()), "KEY")


def test_a_token_without_a_key_id_is_refused() -> None:
    refused(by_hand({"alg": "Ed25519", "typ": "at+jwt"}, claims()), "KEY")


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk", "x5c"])
def test_a_key_that_the_token_brings_along_is_not_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: Any, **__: Any) -> None:
        raise AssertionError("a token made us ask the network")

    monkeypatch.setattr("socket.socket.connect", asked)
    monkeypatch.setattr("socket.getaddrinfo", asked)
    brought = {
        "jku": "https://attacker.example/keys",
        "x5u": "https://attacker.example/cert",
        "jwk": public_part(STRANGER),
        "x5c": ["MIIB"],
    }
    header = {"alg": "Ed25519", "typ": "at+jwt", "kid": "ours", name: brought[name]}
    token = jwt.encode(header, claims(), OKPKey.import_key(STRANGER), algorithms=["Ed25519"])
    refused(token, "SIGNATURE")


def test_another_key_under_the_same_id_proves_nothing() -> None:
    refused(signed(claims(), STRANGER, "at+jwt"), "SIGNATURE")


def test_a_changed_claim_breaks_the_signature() -> None:
    head, _, tail = signed(claims(), OURS, "at+jwt").split(".")
    changed = base64.urlsafe_b64encode(json.dumps(claims(authority="OTH")).encode()).rstrip(b"=").decode()
    refused(f"{head}.{changed}.{tail}", "SIGNATURE")


def test_a_critical_header_nobody_understands_is_refused() -> None:
    refused(
        by_hand({"alg": "Ed25519", "typ": "at+jwt", "kid": "ours", "crit": ["b64"], "b64": False}, "x"),
        "CRITICAL_HEADER",
    )


@pytest.mark.parametrize("typ", ["JWT", "warrant+jwt", "service+jwt", "id+jwt", "", None, 3])
def test_another_sort_of_token_is_no_access_token(typ: Any) -> None:
    refused(by_hand({"alg": "Ed25519", "typ": typ, "kid": "ours"}, claims()), "TYPE")


@pytest.mark.parametrize("audience", ["other", "toldonce2", ["toldonce", "other"], [], "", None, ..., {"a": 1}])
def test_a_token_for_somebody_else_is_refused(audience: Any) -> None:
    refused(signed(claims(aud=audience), OURS, "at+jwt"), "AUDIENCE")


@pytest.mark.parametrize("issuer", ["https://issuer.example/", "https://attacker.example", "", None, ..., [ISSUER]])
def test_a_token_of_another_issuer_is_refused(issuer: Any) -> None:
    refused(signed(claims(iss=issuer), OURS, "at+jwt"), "ISSUER")


@pytest.mark.parametrize(
    "changed, why",
    [
        ({"exp": ...}, "TIMES"),
        ({"iat": ...}, "TIMES"),
        ({"exp": None}, "TIMES"),
        ({"exp": "2099-01-01"}, "TIMES"),
        ({"exp": True}, "TIMES"),
        ({"exp": float("inf")}, "TIMES"),
        ({"iat": -1}, "TIMES"),
        ({"exp": int(seconds(601))}, "LIFETIME"),
        ({"exp": int(seconds(86_400))}, "LIFETIME"),
        ({"iat": int(seconds(-1_200)), "exp": int(seconds(60))}, "LIFETIME"),
        ({"iat": int(seconds(300)), "exp": int(seconds(500))}, "NOT_YET"),
        ({"nbf": int(seconds(120))}, "NOT_YET"),
        ({"nbf": "later"}, "NOT_YET"),
        ({"iat": int(seconds(-600)), "exp": int(seconds(0))}, "EXPIRED"),
        ({"iat": int(seconds(-900)), "exp": int(seconds(-300))}, "EXPIRED"),
    ],
)
def test_a_token_lives_ten_minutes_and_no_longer(changed: dict[str, Any], why: str) -> None:
    refused(signed(claims(**changed), OURS, "at+jwt"), why)


def test_a_token_lives_until_the_second_it_says() -> None:
    token = signed(claims(), OURS, "at+jwt")
    assert checked(token, NOW + timedelta(seconds=599)).id == "school-system"
    refused(token, "EXPIRED", NOW + timedelta(seconds=600))


def test_an_issuers_clock_may_be_half_a_minute_ahead() -> None:
    token = signed(claims(nbf=int(seconds(0))), OURS, "at+jwt")
    assert checked(token, NOW - timedelta(seconds=30)).id == "school-system"
    refused(token, "NOT_YET", NOW - timedelta(seconds=31))


@pytest.mark.parametrize("name", ["client_id", "sub", "jti", "scope", "authority"])
@pytest.mark.parametrize("value", [..., None, "", 7, ["x"], {"x": 1}, "x" * 513])
def test_a_token_without_a_claim_it_needs_is_refused(name: str, value: Any) -> None:
    with pytest.raises(BadToken):
        checked(signed(claims(**{name: value}), OURS, "at+jwt"))


@pytest.mark.parametrize(
    "changed",
    [
        {"sub": "somebody-else"},
        {"act": "amira"},
        {"act": {}},
        {"act": {"sub": 7}},
        {"act": {"sub": "amira"}, "purpose": 7},
        {"scope": "qa:read  qa:write"},
        {"scope": " qa:read"},
        {"post": ["SOCIAL_WORKER"]},
        {"agency": 1},
    ],
)
def test_a_misshapen_claim_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(BadToken):
        checked(signed(claims(**changed), OURS, "at+jwt"))


@pytest.mark.parametrize("token", ["", ".", "..", "a.b", "a.b.c", "a.b.c.d.e", "é.b.c", "null", "e30.e30.e30", "\x00"])
def test_what_is_no_token_is_refused(token: str) -> None:
    with pytest.raises(BadToken):
        checked(token)


def test_a_huge_token_is_refused_before_it_is_read() -> None:
    refused("a" * (LONGEST_TOKEN + 1), "SIZE")
    refused(signed(claims(padding="x" * LONGEST_TOKEN), OURS, "at+jwt"), "SIZE")


def test_claims_that_are_no_object_are_refused() -> None:
    deep = "[" * 2_000 + "]" * 2_000
    for body in (["x"], "x", 1, None):
        with pytest.raises(BadToken):
            checked(by_hand({"alg": "Ed25519", "typ": "at+jwt", "kid": "ours"}, body))
    head = base64.urlsafe_b64encode(deep.encode()).rstrip(b"=").decode()
    with pytest.raises(BadToken):
        checked(f"{head}.{head}.e30")


def test_what_went_wrong_says_nothing_of_the_token() -> None:
    with pytest.raises(BadToken) as bad:
        checked(signed(claims(scope="secret-scope", exp=1, iat=0.5), OURS, "at+jwt"))
    assert "secret" not in str(bad.value)
    assert str(bad.value) == bad.value.why
