"""The contract of each service, taken from its application without opening any store."""

from typing import Any

from deploy.clock import real
from deploy.opening import Opener
from deploy.services import SERVICES, app_of
from deploy.signing import Credentials, Signing
from shared.access.caller import Caller
from shared.access.signed import BadToken
from shared.http.house import House
from shared.http.limits import Limiter
from shared.protocol.load import protocol_of
from shared.store.store import Store, fresh_id


def documented(name: str) -> dict[str, Any]:
    """The OpenAPI document of a service."""
    service = SERVICES[name]

    def no_store(authority: str) -> Store:
        raise LookupError(authority)

    def nobody(token: str, at: object) -> Caller:
        raise BadToken("FORM")

    async def unhealthy() -> tuple[bool, dict[str, Any]]:
        return False, {}

    house = House(
        service=service,
        stores={},
        store_of=no_store,
        protocol_for=protocol_of,
        now=real,
        real=real,
        new_id=fresh_id,
        verify=nobody,
        partitions=1,
        limiter=Limiter(),
    )
    unsigned = Signing(name, {}, lambda other: {"keys": []})
    credentials = Credentials(unsigned, real)
    opener = Opener(unsigned, lambda other: "", {})
    return app_of(name, house, credentials, opener, unhealthy).openapi()
