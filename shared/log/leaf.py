"""What one recorded event looks like as a leaf of the transparency log (RFC 9162, section 2.1.1).

The stored bytes are hashed as they lie in the store, sealed fields still sealed: the log can be checked
without any key, and goes on verifying after a key has been destroyed.
"""

from hashlib import sha256
from struct import pack

DOMAIN = b"toldonce-leaf-v1"

_LEAF = b"\x00"


def preimage(notification_id: int, stream_id: str, version: int, topic: str, stored: bytes) -> bytes:
    """The bytes a leaf hash stands for: the domain, then each field behind its length in 4 bytes, big-endian.

    The two numbers are 8 bytes, big-endian; texts are UTF-8. The lengths keep bytes from moving unseen from
    one field into its neighbour. struct.error for a number that is negative or beyond 64 bits.
    """
    stream, subject = stream_id.encode(), topic.encode()
    return b"".join(
        (
            DOMAIN,
            pack(">IQ", 8, notification_id),
            pack(">I", len(stream)),
            stream,
            pack(">IQ", 8, version),
            pack(">I", len(subject)),
            subject,
            pack(">I", len(stored)),
            stored,
        )
    )


def leaf_hash(notification_id: int, stream_id: str, version: int, topic: str, stored: bytes) -> bytes:
    """The 32-byte leaf: SHA-256 of a zero byte and the preimage, so no leaf passes for an inner node."""
    return sha256(_LEAF + preimage(notification_id, stream_id, version, topic, stored)).digest()
