"""Reading a key set from where it was listed: a file, or one GET that follows nobody anywhere else."""

from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from shared.access.keys import LARGEST_SET

SECONDS = 3


class _NoRedirects(HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """An address that sends us on is not the one that was allowed: the answer is then an error."""


def fetch(source: str) -> bytes:
    """The bytes of a listed source, at most one more than a key set may have. Raises OSError."""
    if not source.startswith(("https://", "http://")):
        with Path(source).open("rb") as file:
            return file.read(LARGEST_SET + 1)
    handlers = (_NoRedirects(), ProxyHandler({})) if source.startswith("http://") else (_NoRedirects(),)
    request = Request(source, headers={"Accept": "application/json"})
    try:
        with build_opener(*handlers).open(request, timeout=SECONDS) as answer:
            return answer.read(LARGEST_SET + 1)
    except HTTPException as wrong:
        raise OSError("no whole answer") from wrong
