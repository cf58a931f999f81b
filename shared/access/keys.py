"""The key sets that tokens are checked against: from the places the operator listed, and from nowhere else."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from urllib.parse import urlsplit

import msgspec

from shared.access.signed import Jwks, public_part

Fetch = Callable[[str], bytes]
LARGEST_SET = 262_144
FRESH_FOR = timedelta(minutes=5)
STALE_FOR = timedelta(hours=1)
ASK_AGAIN_AFTER = timedelta(seconds=10)
_HERE = ("127.0.0.1", "::1", "localhost")


class NoKeys(Exception):
    """No key set can be had for this name now: nothing can be checked, so nobody gets in. name: whose keys."""

    def __init__(self, name: str):
        super().__init__(name)
        self.name = name


class _Source:
    """One place of keys, what was last read there, and when. A lock of its own: a slow place holds up nobody else."""

    def __init__(self, name: str, place: str):
        self.name = name
        self.place = place
        self.keys: Jwks | None = None
        self.loaded_at = datetime.min.replace(tzinfo=UTC)
        self.asked_at = self.loaded_at
        self.lock = Lock()

    def stands(self, now: datetime, kid: str | None) -> bool:
        """Whether what was read is fresh and, if a key is asked for, holds it."""
        held = self.keys
        return held is not None and now - self.loaded_at < FRESH_FOR and (kid is None or _has(held, kid))

    def given(self, now: datetime) -> Jwks:
        """What was read, while it may be used. Raises NoKeys."""
        if self.keys is None or now - self.loaded_at >= STALE_FOR:
            raise NoKeys(self.name)
        return self.keys

    def again(self, fetch: Fetch, now: datetime) -> None:
        """Read it again, unless that was tried a moment ago."""
        if now - self.asked_at < ASK_AGAIN_AFTER:
            return
        self.asked_at = now
        try:
            self.keys, self.loaded_at = _keys_in(fetch(self.place)), now
        except (OSError, ValueError):
            # An issuer that is away for a minute must not close the front door: the last set goes on for a while.
            return


class KeyCache:
    """Key sets by name (an issuer, a client), loaded when needed and kept a while.

    sources: name -> an https address, a file's path, or http on this machine. fetch: gives the bytes of a source.
    All times are real time. A set that cannot be loaded again is used until it is an hour old, then not at all.
    """

    def __init__(self, sources: Mapping[str, str], fetch: Fetch):
        for place in sources.values():
            if not (_is_https(place) or _is_of_this_machine(place)):
                raise ValueError("keys come from an https address or from this machine")
        self._sources = {name: _Source(name, place) for name, place in sources.items()}
        self._fetch = fetch

    def listed(self, name: str, address: str) -> None:
        """List the address of a client, or put another in its place, when the register tells one.

        ValueError for anything but https: what a register says must not make us read our own machine.
        """
        if not _is_https(address):
            raise ValueError("the keys of a client come from an https address")
        held = self._sources.get(name)
        if held is None or held.place != address:
            self._sources[name] = _Source(name, address)

    def keys_of(self, name: str, now: datetime, kid: str | None = None) -> Jwks:
        """The key set of a name. Raises NoKeys.

        kid: the key a token names; one that the set does not hold makes it load again, at most every ten seconds,
        so that a new key works at once and a made-up one costs nothing.
        """
        source = self._sources.get(name)
        if source is None:
            raise NoKeys(name)
        if source.stands(now, kid):
            return source.given(now)
        with source.lock:
            if not source.stands(now, kid):
                source.again(self._fetch, now)
        return source.given(now)


def _has(keys: Jwks, kid: str) -> bool:
    return any(key.get("kid") == kid for key in keys["keys"])


def _keys_in(raw: bytes) -> Jwks:
    if len(raw) > LARGEST_SET:
        raise ValueError("a key set this large is none")
    try:
        found = msgspec.json.decode(raw)
    except RecursionError as wrong:
        raise ValueError("a key set this deep is none") from wrong
    keys = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
        raise ValueError("a key set is an object with keys")
    return {"keys": [public_part(key) for key in keys]}


def _is_https(place: str) -> bool:
    parts = urlsplit(place)
    return parts.scheme == "https" and bool(parts.hostname) and parts.username is None


def _is_of_this_machine(place: str) -> bool:
    parts = urlsplit(place)
    if parts.scheme == "http":
        return parts.hostname in _HERE and parts.username is None
    return parts.scheme == "" and bool(place) and not place.startswith("//")
