"""What the authority has published on how agencies keep in touch with families, or that it has not."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from services.qa.api.answering import NOES, PROTECTED, answered, reader_of
from shared.access.caller import Caller
from shared.http.house import House
from shared.http.problems import not_found

ABOUT = "communication standard"

Authority = Annotated[str | None, Query(max_length=8, description="Its code; the caller's own, if it is not said.")]


class CommunicationStandard(BaseModel):
    """text: None where the protocol announces one and does not give it; because: what it says instead."""

    authority: str
    edition: str
    rules: list[str]
    text: str | None
    because: str


def standard_routes(house: House) -> APIRouter:
    """`/communication-standard`."""
    router = APIRouter(tags=["reads"])

    async def signed_in(request: Request) -> Caller:
        return await reader_of(house, request)

    @router.get(
        "/communication-standard",
        operation_id="ReadCommunicationStandard",
        summary="How and when agencies keep in touch with families, as the authority's protocol words it.",
        response_model=CommunicationStandard,
        responses=NOES,
        openapi_extra=PROTECTED,
    )
    async def communication_standard(
        caller: Annotated[Caller, Depends(signed_in)], authority: Authority = None
    ) -> Response:
        own = str(caller.authority)
        if authority not in (None, own):
            raise not_found()
        protocol = house.protocol_for(own, house.now())
        silence = next((one for one in protocol.local.silent if one.about == ABOUT), None)
        return answered(
            {
                "authority": own,
                "edition": protocol.edition,
                "rules": list(silence.rules) if silence else [],
                "text": None,
                "because": silence.because if silence else "The protocol does not speak of it.",
            }
        )

    return router
