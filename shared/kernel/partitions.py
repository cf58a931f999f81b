"""Which partition a letter travels in: the same for every sender and for ever."""

from hashlib import sha256


def partition_of(key: str, count: int) -> int:
    """The partition of a case, or of a stream without one. count: fixed for the life of a topic."""
    return int.from_bytes(sha256(key.encode()).digest()[:8], "big") % count
