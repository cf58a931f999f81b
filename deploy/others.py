"""The development routes of the other processes of this deployment, as one process speaks to them."""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

import httpx2

from shared.http.problems import ProblemError, busy

KEPT_SECONDS = 2.0
"""How long a connection that is not used is kept: less than a server keeps it, so that it is not gone when used."""


class Others:
    """Speaks to other processes. names: of their services; url_of: where a service is served."""

    def __init__(self, names: Sequence[str], url_of: Callable[[str], str]):
        self._names = names
        self._url_of = url_of

    @cached_property
    def _client(self) -> httpx2.AsyncClient:
        # One for all calls, as a client of its own for each would read all certificates each time.
        return httpx2.AsyncClient(timeout=30, limits=httpx2.Limits(keepalive_expiry=KEPT_SECONDS))

    async def everywhere(
        self, method: str, path: str, body: Mapping[str, Any] | None, only: Collection[str] | None = None
    ) -> list[dict[str, Any]]:
        """What each answers. only: the services to ask, all if it is not given. Raises ProblemError."""
        names = [name for name in self._names if only is None or name in only]
        return list(await asyncio.gather(*(self.call(method, name, path, body) for name in names)))

    async def call(self, method: str, name: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        """What one service answers. Raises ProblemError."""
        try:
            answer = await self._client.request(method, f"{self._url_of(name)}/dev/{path}", json=body)
        except httpx2.HTTPError:
            raise busy(f"The {name} service does not answer.") from None
        if answer.status_code >= 400:
            told = answer.json()
            raise ProblemError(answer.status_code, told.get("type", "").rsplit("/", 1)[-1], told.get("detail"))
        return answer.json()

    async def stop(self) -> None:
        """Close the connections."""
        if "_client" in vars(self):
            await self._client.aclose()
