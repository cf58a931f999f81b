"""The feed of a service: its letters again, for the other services and for nobody else."""

from fastapi import APIRouter, Query, Request, Response

from deploy.signing import Credentials
from shared.access.signed import BadToken
from shared.bus.feed import feed_page
from shared.bus.wire import ENCODER
from shared.http.house import House
from shared.http.kinds import noes
from shared.http.problems import ProblemError, not_found


def feed_routes(house: House, credentials: Credentials) -> APIRouter:
    """`GET /feed`: letters of one partition behind a place, and how far this service has read the others."""
    router = APIRouter(tags=["services"])

    @router.get(
        "/feed",
        operation_id="ReadFeed",
        summary="Letters again, in order, for the other services of this deployment.",
        responses=noes(400, 401, 404, 422, 503),
    )
    async def feed(
        request: Request,
        partition: int = Query(ge=0, le=1023),
        after: int = Query(ge=0, le=2**62),
        source: str | None = Query(None, max_length=100),
    ) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            if scheme.lower() != "bearer":
                raise BadToken("FORM")
            credentials.verify(token.strip())
        except BadToken:
            raise ProblemError(401, "not-signed-in", headers={"WWW-Authenticate": "Bearer"}) from None
        stores = list(house.stores.values())
        try:
            page = await feed_page(stores, source or stores[0].source, partition, after)
        except KeyError:
            raise not_found() from None
        return Response(ENCODER.encode(page), media_type="application/json")

    return router
