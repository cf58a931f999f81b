"""Where keys come from: the places that were listed, each kept a while, none held up by another."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import OKPKey

from shared.access.fetching import fetch
from shared.access.keys import KeyCache, NoKeys
from tests.decisions.access.deciding import NOW


def key(kid: str) -> dict[str, Any]:
    return OKPKey.generate_key("Ed25519", {"kid": kid}).as_dict(private=True)


ONE, TWO = key("one"), key("two")
URL = "https://issuer.example/keys"


class Place:
    """A place of keys that can be changed and can be away, and counts how often it was asked."""

    def __init__(self, *keys: dict[str, Any]):
        self.content: bytes | None = json.dumps({"keys": keys}).encode()
        self.asked = 0

    def __call__(self, source: str) -> bytes:
        self.asked += 1
        if self.content is None:
            raise OSError("away")
        return self.content


def after(**time: float) -> Any:
    return NOW + timedelta(**time)


def kids(keys: Any) -> list[str]:
    return [one["kid"] for one in keys["keys"]]


def test_a_set_is_read_once_and_kept() -> None:
    place = Place(ONE)
    cache = KeyCache({"issuer": URL}, place)
    assert kids(cache.keys_of("issuer", NOW)) == kids(cache.keys_of("issuer", after(minutes=4), "one")) == ["one"]
    assert place.asked == 1
    cache.keys_of("issuer", after(minutes=5))
    assert place.asked == 2


def test_the_private_part_of_a_key_is_never_kept() -> None:
    cache = KeyCache({"issuer": URL}, Place(ONE))
    assert "d" not in cache.keys_of("issuer", NOW)["keys"][0]


def test_a_new_key_works_at_once_and_a_made_up_one_costs_one_look() -> None:
    place = Place(ONE)
    cache = KeyCache({"issuer": URL}, place)
    cache.keys_of("issuer", NOW)
    place.content = json.dumps({"keys": [ONE, TWO]}).encode()
    assert kids(cache.keys_of("issuer", after(seconds=11), "two")) == ["one", "two"]
    for number in range(20):
        cache.keys_of("issuer", after(seconds=12), f"made-up-{number}")
    assert place.asked == 2


def test_an_issuer_may_be_away_for_an_hour() -> None:
    place = Place(ONE)
    cache = KeyCache({"issuer": URL}, place)
    cache.keys_of("issuer", NOW)
    place.content = None
    assert kids(cache.keys_of("issuer", after(minutes=59))) == ["one"]
    with pytest.raises(NoKeys):
        cache.keys_of("issuer", after(minutes=60))


def test_nobody_gets_in_by_a_name_that_is_not_listed_or_a_place_that_is_away() -> None:
    place = Place(ONE)
    place.content = None
    cache = KeyCache({"issuer": URL}, place)
    for name in ("other", "issuer"):
        with pytest.raises(NoKeys):
            cache.keys_of(name, NOW)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"keys": 1}', b'{"keys": ["x"]}', b"[" * 50_000, b" " * 300_000]
)
def test_what_is_no_key_set_gives_no_keys(content: bytes) -> None:
    place = Place()
    place.content = content
    with pytest.raises(NoKeys):
        KeyCache({"issuer": URL}, place).keys_of("issuer", NOW)


@pytest.mark.parametrize(
    "source", ["http://issuer.example/keys", "ftp://x/keys", "//x/keys", "", "https://u:p@x.example/"]
)
def test_keys_come_from_https_or_this_machine(source: str) -> None:
    with pytest.raises(ValueError):
        KeyCache({"issuer": source}, Place(ONE))


@pytest.mark.parametrize("address", ["http://127.0.0.1:8000/keys", "/etc/passwd", "keys.json", "file:///etc/passwd"])
def test_what_a_register_says_never_makes_us_read_our_own_machine(address: str) -> None:
    cache = KeyCache({}, Place(ONE))
    with pytest.raises(ValueError):
        cache.listed("client", address)


def test_a_clients_address_may_change() -> None:
    place = Place(ONE)
    cache = KeyCache({}, place)
    cache.listed("client", URL)
    cache.keys_of("client", NOW)
    cache.listed("client", URL)
    cache.keys_of("client", NOW)
    assert place.asked == 1
    cache.listed("client", "https://client.example/new")
    cache.keys_of("client", NOW)
    assert place.asked == 2


def test_a_set_in_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [ONE]}))
    cache = KeyCache({"issuer": str(file)}, fetch)
    assert kids(cache.keys_of("issuer", NOW)) == ["one"]
    with pytest.raises(NoKeys):
        KeyCache({"issuer": str(tmp_path / "none.json")}, fetch).keys_of("issuer", NOW)
