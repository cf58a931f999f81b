"""Sealing one value: AES-256-GCM bound to the exact place where it is stored."""

import base64
import os
from collections.abc import Iterator
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MARK = "$sealed"
NONCE_BYTES = 12


class Tampered(Exception):
    """A sealed value does not belong where it stands, or was changed: it is not shown."""


class Place:
    """Where a sealed value is stored; moved anywhere else it does not open."""

    def __init__(self, service: str, stream: str, version: int, name: str):
        self.name = name
        self._bound = prefixed(service, stream, str(version), name)

    def bound(self, path: str, key_id: str) -> bytes:
        """The associated data of one value."""
        return self._bound + prefixed(path, key_id)


def prefixed(*parts: str) -> bytes:
    """Parts as bytes, each behind its length, so that no byte can move from one into the next."""
    encoded = [part.encode() for part in parts]
    return b"".join([piece for part in encoded for piece in (len(part).to_bytes(4, "big"), part)])


def seal(value: Any, subject: str, key_id: str, cipher: AESGCM, place: Place, path: str) -> dict[str, str]:
    """A value as it is stored: its key's id, its subject and the ciphertext."""
    nonce = os.urandom(NONCE_BYTES)
    box = cipher.encrypt(nonce, msgspec.json.encode(value), place.bound(path, key_id))
    return {MARK: key_id, "of": subject, "box": base64.b64encode(nonce + box).decode()}


def unseal(box: dict[str, str], cipher: AESGCM, place: Place, path: str) -> Any:
    """The value of a stored box. Raises Tampered."""
    try:
        raw = base64.b64decode(box["box"], validate=True)
        clear = cipher.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.bound(path, box[MARK]))
    # What is no base64, or too short to hold a nonce, was changed too.
    except (InvalidTag, ValueError) as wrong:
        raise Tampered(place.name) from wrong
    return msgspec.json.decode(clear)


def sealed_in(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Every stored box inside a decoded payload, with its path."""
    if isinstance(value, dict):
        if MARK in value:
            yield path, value
        else:
            for name, inner in value.items():
                yield from sealed_in(inner, f"{path}/{name}")
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from sealed_in(inner, f"{path}/{index}")


def without_sealed(value: Any) -> Any:
    """A decoded payload as it may travel: every sealed value left out."""
    if isinstance(value, dict):
        return {
            name: without_sealed(inner)
            for name, inner in value.items()
            if not (isinstance(inner, dict) and MARK in inner)
        }
    if isinstance(value, list):
        return [without_sealed(inner) for inner in value if not (isinstance(inner, dict) and MARK in inner)]
    return value
