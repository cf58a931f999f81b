"""What the services of a deployment sign with: a key for each, so that one broken into speaks for no other."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc.jwk import OKPKey

from deploy.settings import SERVICES
from shared.access.caller import Caller
from shared.access.credentials import mint_credential, verify_credential
from shared.access.signed import Jwk, Jwks, KeysOf, public_part

DEPLOYMENT = "toldonce"


@dataclass(frozen=True)
class Signing:
    """What one service signs with, and what it knows the others by. own: its private key; keys_of: service -> keys."""

    service: str
    own: Jwk
    keys_of: KeysOf


def signing_in(folder: Path, service: str) -> Signing:
    """The keys of a service, of which its own is made on first use and its public part put where all find it.

    folder: holds `<service>/private.json`, and `public/<service>.json` of all. Of the private keys only that of
    `service` is read. Nothing is written where both are there, so both may be mounted read-only. Raises OSError.
    """
    own = _key_in(folder / service / "private.json")
    shown, public = folder / "public" / f"{service}.json", public_part(own)
    if _read(shown) != public:
        # Replaced and never linked: a key that was renewed has to reach those who hold the old one.
        shown.parent.mkdir(parents=True, exist_ok=True)
        _ready(shown, public, 0o644).replace(shown)

    def keys_of(named: str) -> Jwks:
        # The name comes from a token that nothing has proven yet: it must lead to no other file.
        held = _read(folder / "public" / f"{named}.json") if named in SERVICES else None
        return {"keys": [held] if isinstance(held, dict) else []}

    return Signing(service, own, keys_of)


def _key_in(file: Path) -> Jwk:
    """The Ed25519 key of a file; made on first use, by one of several that start at once."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = OKPKey.generate_key("Ed25519", {"kid": uuid4().hex, "use": "sig"}, private=True)
        ready = _ready(file, made.as_dict(private=True), 0o600)
        try:
            os.link(ready, file)
        except FileExistsError:
            pass
        finally:
            ready.unlink()
    return json.loads(file.read_text())


def _ready(file: Path, key: Jwk, mode: int) -> Path:
    """A whole file beside the one that it is to be, so that nobody ever reads half a key."""
    ready = file.with_name(f".{file.name}.{uuid4().hex}")
    descriptor = os.open(ready, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w") as out:
        json.dump(dict(key), out)
        out.flush()
        os.fsync(out.fileno())
    return ready


def _read(file: Path) -> Any:
    """What a file of a public key holds; None where there is none that can be read."""
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None


class Credentials:
    """What services show each other. signing: the keys; real: real time."""

    def __init__(self, signing: Signing, real: Callable[[], datetime]):
        self._signing = signing
        self._real = real

    def for_calling(self, audience: str) -> str:
        """A fresh credential for one call."""
        return mint_credential(
            self._signing.own,
            service=self._signing.service,
            audience=audience,
            deployment=DEPLOYMENT,
            token_id=uuid4().hex,
            now=self._real(),
        )

    def verify(self, token: str) -> Caller:
        """The service that calls us. Raises BadToken."""
        return verify_credential(
            token, self._signing.keys_of, audience=self._signing.service, deployment=DEPLOYMENT, now=self._real()
        )
