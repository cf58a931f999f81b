"""Asking the owner of sealed parts, with a warrant of two seconds: the one call between services about a person."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx2
import msgspec

from deploy.clock import real
from deploy.signing import Signing
from shared.access.warrants import Warrant, mint_warrant, verify_warrant

Owner = Callable[[Warrant], Awaitable[dict[str, Any] | None]]


class Opener:
    """Mints and checks warrants; asks the owner in this process, or by HTTP where it is another.

    owners: service -> its answer to a warrant, of those that run in this process.
    """

    def __init__(
        self,
        signing: Signing,
        url_of: Callable[[str], str],
        owners: Mapping[str, Owner],
    ):
        self._signing = signing
        self._url_of = url_of
        self._owners = owners
        self._client = httpx2.AsyncClient(timeout=2)

    async def open(self, warrant: Warrant) -> dict[str, Any] | None:
        """What the owner shows under a warrant; None when it does not answer or shows nothing."""
        owner = self._owners.get(warrant.audience)
        if owner is not None:
            return await owner(warrant)
        token = mint_warrant(warrant, self._signing.own, issuer=self._signing.service, now=real())
        url = f"{self._url_of(warrant.audience)}/{warrant.audience}/v1/cases/{warrant.case_id}/sealed"
        try:
            answer = await self._client.get(url, headers={"Authorization": f"Bearer {token}"})
        except httpx2.HTTPError:
            return None
        return msgspec.json.decode(answer.content) if answer.status_code == 200 else None

    def verify(self, token: str) -> Warrant:
        """The warrant that another service shows us. Raises BadToken."""
        return verify_warrant(token, self._signing.keys_of, issuer="qa", audience=self._signing.service, now=real())

    async def stop(self) -> None:
        """Close the connections."""
        await self._client.aclose()
