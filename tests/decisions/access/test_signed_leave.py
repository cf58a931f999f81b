"""Warrants, service credentials and client assertions: each of its own sort, short-lived, for one reader."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from shared.access.assertions import claimed_client, verify_assertion
from shared.access.caller import Kind
from shared.access.credentials import mint_credential, verify_credential
from shared.access.signed import BadToken, Jwks, public_part, signed
from shared.access.tokens import verify
from shared.access.warrants import Warrant, mint_warrant, verify_warrant
from tests.decisions.access.deciding import NOW

KEY = OKPKey.generate_key("Ed25519", {"kid": "qa"}).as_dict(private=True)
STRANGER = OKPKey.generate_key("Ed25519", {"kid": "qa"}).as_dict(private=True)
PLANNING = OKPKey.generate_key("Ed25519", {"kid": "planning"}).as_dict(private=True)
KEYS = {"keys": [public_part(KEY)]}
OF_SERVICES = {"qa": KEYS, "planning": {"keys": [public_part(PLANNING)]}}
ENDPOINT = "https://toldonce.example/token"
WARRANT = Warrant(
    read_id="read-1",
    audience="referral",
    authority="TST",
    case_id="case",
    child_ids=("a", "b"),
    fields=frozenset({"who", "narrative"}),
    purpose="CASEWORK",
    practitioner="amira",
)


def second(number: float) -> timedelta:
    return timedelta(seconds=number)


def bad(why: str, check: Callable[[], Any]) -> None:
    with pytest.raises(BadToken) as no:
        check()
    assert no.value.why == why


def keys_of(service: str) -> Jwks:
    return OF_SERVICES.get(service, {"keys": []})


def warranted(token: str, audience: str = "referral", issuer: str = "qa", now: Any = NOW) -> Warrant:
    return verify_warrant(token, keys_of, issuer=issuer, audience=audience, now=now)


def test_a_warrant_says_the_same_at_the_owner() -> None:
    assert warranted(mint_warrant(WARRANT, KEY, issuer="qa", now=NOW)) == WARRANT


@pytest.mark.parametrize("microsecond", [0, 1, 1_234, 999_999])
def test_a_warrant_lives_two_seconds(microsecond: int) -> None:
    minted = NOW.replace(microsecond=microsecond)
    token = mint_warrant(WARRANT, KEY, issuer="qa", now=minted)
    assert warranted(token, now=minted + second(1.9)) == WARRANT
    bad("EXPIRED", lambda: warranted(token, now=minted + second(2.01)))
    bad("NOT_YET", lambda: warranted(token, now=minted - second(1.1)))


def test_a_warrant_is_for_one_service_and_from_the_one_that_decides() -> None:
    token = mint_warrant(WARRANT, KEY, issuer="qa", now=NOW)
    bad("AUDIENCE", lambda: warranted(token, audience="planning"))
    bad("KEY", lambda: warranted(token, issuer="planning"))
    bad("SIGNATURE", lambda: warranted(mint_warrant(WARRANT, STRANGER, issuer="qa", now=NOW)))


def test_a_warrant_that_another_service_signed_is_none() -> None:
    bad("KEY", lambda: warranted(mint_warrant(WARRANT, PLANNING, issuer="qa", now=NOW)))
    bad("KEY", lambda: warranted(mint_warrant(WARRANT, PLANNING, issuer="planning", now=NOW)))
    bad("ISSUER", lambda: warranted(mint_warrant(WARRANT, KEY, issuer="planning", now=NOW)))


@pytest.mark.parametrize("changed", [{"child_ids": ()}, {"fields": frozenset()}, {"purpose": ""}, {"practitioner": ""}])
def test_a_warrant_for_nobody_or_nothing_is_none(changed: dict[str, Any]) -> None:
    token = mint_warrant(replace(WARRANT, **changed), KEY, issuer="qa", now=NOW)
    bad("CLAIMS", lambda: warranted(token))


def credential(key: Any = KEY, **changed: Any) -> str:
    given = {"service": "qa", "audience": "referral", "deployment": "d", "token_id": "t", "now": NOW} | changed
    return mint_credential(key, **given)


def credited(token: str, now: Any = NOW) -> Any:
    return verify_credential(token, keys_of, audience="referral", deployment="d", now=now)


def test_a_service_is_known_by_its_credential() -> None:
    caller = credited(credential())
    assert (caller.kind, caller.id, caller.authority, caller.scopes) == (Kind.SERVICE, "qa", None, {"feed"})


def test_a_credential_is_of_this_deployment_for_this_service_and_short_lived() -> None:
    bad("AUDIENCE", lambda: credited(credential(audience="planning")))
    bad("ISSUER", lambda: credited(credential(deployment="other")))
    bad("EXPIRED", lambda: credited(credential(), NOW + second(300)))


def test_a_credential_holds_under_the_key_of_the_service_that_it_names() -> None:
    assert credited(credential(PLANNING, service="planning")).id == "planning"
    bad("KEY", lambda: credited(credential(PLANNING)))
    bad("KEY", lambda: credited(credential(service="planning")))
    bad("KEY", lambda: credited(credential(service="nobody")))
    bad("SIGNATURE", lambda: credited(credential(STRANGER)))


def assertion(key: Any = KEY, typ: str = "JWT", **changed: Any) -> str:
    issued = int(NOW.timestamp())
    claims = {"iss": "school", "sub": "school", "aud": ENDPOINT, "jti": "one", "iat": issued, "exp": issued + 300}
    return signed({name: value for name, value in (claims | changed).items() if value is not ...}, key, typ)


class Seen:
    def __init__(self) -> None:
        self.keys: set[str] = set()

    def __call__(self, key: str) -> bool:
        known = key in self.keys
        self.keys.add(key)
        return known


def asserted(token: str, seen: Seen | None = None, now: Any = NOW) -> dict[str, Any]:
    return verify_assertion(token, KEYS, client_id="school", token_endpoint=ENDPOINT, now=now, seen=seen or Seen())


def test_a_client_proves_who_it_is() -> None:
    token = assertion()
    assert claimed_client(token) == "school"
    assert asserted(token)["sub"] == "school"


def test_an_assertion_serves_once() -> None:
    seen = Seen()
    asserted(assertion(), seen)
    bad("REPLAYED", lambda: asserted(assertion(), seen))
    assert asserted(assertion(jti="two"), seen)


def test_a_false_assertion_uses_up_nobodys_number() -> None:
    seen = Seen()
    bad("SIGNATURE", lambda: asserted(assertion(STRANGER), seen))
    bad("AUDIENCE", lambda: asserted(assertion(aud="https://elsewhere.example/token"), seen))
    assert not seen.keys


@pytest.mark.parametrize(
    "changed, why",
    [
        ({"aud": "toldonce"}, "AUDIENCE"),
        ({"aud": [ENDPOINT, "https://elsewhere.example"]}, "AUDIENCE"),
        ({"iss": "other"}, "SUBJECT"),
        ({"sub": "other"}, "SUBJECT"),
        ({"jti": ...}, "CLAIMS"),
        ({"exp": ...}, "TIMES"),
        ({"iat": ...}, "TIMES"),
        ({"exp": int(NOW.timestamp()) + 301}, "LIFETIME"),
        ({"nbf": int(NOW.timestamp()) + 60}, "NOT_YET"),
        ({"iat": int(NOW.timestamp()) - 300, "exp": int(NOW.timestamp())}, "EXPIRED"),
    ],
)
def test_an_assertion_is_for_this_endpoint_now(changed: dict[str, Any], why: str) -> None:
    bad(why, lambda: asserted(assertion(**changed)))


@pytest.mark.parametrize("text", ["", "x", "a.b.c", "e30.bnVsbA.e30", "e30.WzFd.e30", "e30.e30.e30"])
def test_what_is_no_assertion_claims_nobody(text: str) -> None:
    with pytest.raises(BadToken):
        claimed_client(text)


def test_one_sort_never_passes_as_another() -> None:
    warrant = mint_warrant(WARRANT, KEY, issuer="qa", now=NOW)
    for token in (warrant, credential(), assertion()):
        bad("TYPE", lambda token=token: verify(token, KEYS, issuer="qa", now=NOW))
    bad("TYPE", lambda: credited(warrant))
    bad("TYPE", lambda: warranted(credential()))
    bad("TYPE", lambda: asserted(assertion(typ="at+jwt")))
