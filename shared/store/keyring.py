"""The keys of people: one data key per subject and write, wrapped by a key kept outside the database."""

import base64
import hmac
import json
import os
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

KEY_BYTES = 32
ID_BYTES = 16
REMEMBERED = 20_000


@dataclass(frozen=True)
class NewKey:
    """A data key made for a write, to be stored wrapped in the same transaction."""

    key_id: str
    subject: str
    epoch: int
    wrapped: bytes


class Keyring:
    """Wraps and unwraps data keys with the key-encryption key of an epoch.

    The file holds {epoch: base64 key}; it is made on the first start, readable by its owner alone.
    """

    def __init__(self, file: Path):
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            _write_private(file, {"1": base64.b64encode(os.urandom(KEY_BYTES)).decode()})
        epochs = json.loads(file.read_text())
        self._kek = {int(epoch): base64.b64decode(key) for epoch, key in epochs.items()}
        self._epoch = max(self._kek)
        self._blind = HKDF(SHA256(), KEY_BYTES, None, b"toldonce blind index").derive(self._kek[min(self._kek)])
        self._open: OrderedDict[str, AESGCM] = OrderedDict()

    def blind(self, term: str) -> str:
        """A term as an index keeps it: the same for the same term, and telling nobody what it was."""
        return hmac.new(self._blind, term.encode(), "sha256").hexdigest()

    def new(self, subject: str) -> tuple[NewKey, AESGCM]:
        """A fresh key of a subject; a subject may have several, and erasure destroys all of them."""
        drawn = os.urandom(KEY_BYTES + ID_BYTES)
        key, key_id = drawn[:KEY_BYTES], drawn[KEY_BYTES:].hex()
        made = NewKey(key_id, subject, self._epoch, aes_key_wrap(self._kek[self._epoch], key))
        return made, self._remember(made.key_id, key)

    def known(self, key_id: str) -> AESGCM | None:
        """A key that was opened before, without asking the database."""
        return self._open.get(key_id)

    def unwrap(self, key_id: str, epoch: int, wrapped: bytes) -> AESGCM | None:
        """A stored key, or None when the key-encryption key of its epoch was destroyed."""
        kek = self._kek.get(epoch)
        return None if kek is None else self._remember(key_id, aes_key_unwrap(kek, wrapped))

    def _remember(self, key_id: str, key: bytes) -> AESGCM:
        cipher = AESGCM(key)
        self._open[key_id] = cipher
        if len(self._open) > REMEMBERED:
            self._open.popitem(last=False)
        return cipher


def _write_private(file: Path, content: dict[str, str]) -> None:
    # Exclusive creation: of several replicas that start at once, one makes the key and the others read it.
    ready = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(ready, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        json.dump(content, out)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(ready, file)
    except FileExistsError:
        pass
    finally:
        ready.unlink()
