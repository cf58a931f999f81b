"""Fetching a key set from where the operator listed it."""

import httpx2

LONGEST_SECONDS = 3
LARGEST_BYTES = 262_144


def fetch(place: str) -> bytes:
    """The bytes at an address. Raises OSError."""
    try:
        answer = httpx2.get(place, timeout=LONGEST_SECONDS, follow_redirects=False)
    except httpx2.HTTPError as away:
        raise OSError("the key set cannot be fetched") from away
    if answer.status_code != 200 or len(answer.content) > LARGEST_BYTES:
        raise OSError("the key set cannot be read")
    return answer.content
