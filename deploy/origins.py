"""Where letters are asked for again: from this process's own stores, or from another service by HTTP."""

from collections.abc import Callable, Mapping, Sequence

import httpx2
import msgspec

from shared.bus.feed import FeedPage, feed_page
from shared.bus.relay import BusDown
from shared.store.program import StoreUnavailable
from shared.store.store import Store

_PAGE = msgspec.json.Decoder(FeedPage)


class LocalOrigin:
    """The stores of this process, by service."""

    def __init__(self, stores: Mapping[str, Sequence[Store]]):
        self._stores = stores

    async def page(self, source: str, partition: int, after: int) -> FeedPage:
        """The next letters of a source. Raises BusDown."""
        try:
            return await feed_page(self._stores[source.split("/", 1)[0]], source, partition, after)
        except StoreUnavailable as away:
            raise BusDown("origin") from away


class HttpOrigin:
    """The feeds of the other services. credential: gives a fresh service credential for calling one of them."""

    def __init__(self, url_of: Callable[[str], str], credential: Callable[[str], str]):
        self._url_of = url_of
        self._credential = credential
        self._client = httpx2.AsyncClient(timeout=5)

    async def page(self, source: str, partition: int, after: int) -> FeedPage:
        """The next letters of a source. Raises BusDown."""
        service = source.split("/", 1)[0]
        try:
            answer = await self._client.get(
                f"{self._url_of(service)}/{service}/v1/feed",
                params={"source": source, "partition": partition, "after": after},
                headers={"Authorization": f"Bearer {self._credential(service)}"},
            )
        except (TimeoutError, httpx2.HTTPError, OSError) as away:
            raise BusDown("origin") from away
        if answer.status_code != 200:
            raise BusDown(f"origin answered {answer.status_code}")
        return _PAGE.decode(answer.content)

    async def stop(self) -> None:
        """Close the connections."""
        await self._client.aclose()
