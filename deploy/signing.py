"""The keys of a deployment: what its services show each other, kept in files that only their owner reads."""

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from joserfc.jwk import OKPKey

from shared.access.caller import Caller
from shared.access.credentials import mint_credential, verify_credential
from shared.access.signed import Jwk, public_part

DEPLOYMENT = "toldonce"


def key_in(file: Path) -> Jwk:
    """The Ed25519 key of a file; made on first use, by one of several that start at once."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        made = OKPKey.generate_key("Ed25519", {"kid": uuid4().hex, "use": "sig"}, private=True)
        ready = file.with_name(f".{file.name}.{os.getpid()}")
        descriptor = os.open(ready, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            json.dump(made.as_dict(private=True), out)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(ready, file)
        except FileExistsError:
            pass
        finally:
            ready.unlink()
    return json.loads(file.read_text())


class Credentials:
    """What services show each other. key: the deployment's; real: real time."""

    def __init__(self, key: Jwk, service: str, real: Callable[[], datetime]):
        self._key = key
        self._service = service
        self._real = real

    def for_calling(self, audience: str) -> str:
        """A fresh credential for one call."""
        return mint_credential(
            self._key,
            service=self._service,
            audience=audience,
            deployment=DEPLOYMENT,
            token_id=uuid4().hex,
            now=self._real(),
        )

    def verify(self, token: str) -> Caller:
        """The service that calls us. Raises BadToken."""
        keys = {"keys": [public_part(self._key)]}
        return verify_credential(token, keys, audience=self._service, deployment=DEPLOYMENT, now=self._real())
