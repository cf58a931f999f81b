"""The answer kept for a repeated key, sealed so that it dies with the person it is about."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.store.sealing import NONCE_BYTES, Tampered, prefixed

KEY_ID_BYTES = 32


def seal_outcome(key_id: str, cipher: AESGCM, source: str, caller: str, key: str, answer: bytes) -> bytes:
    """Key id, nonce and ciphertext, bound to the caller and key that may have it again."""
    nonce = os.urandom(NONCE_BYTES)
    return key_id.encode() + nonce + cipher.encrypt(nonce, answer, prefixed(source, caller, key))


def open_outcome(cipher: AESGCM, source: str, caller: str, key: str, outcome: bytes) -> bytes:
    """The answer. Raises Tampered."""
    sealed = outcome[KEY_ID_BYTES:]
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], prefixed(source, caller, key))
    except InvalidTag as wrong:
        raise Tampered("outcome") from wrong
