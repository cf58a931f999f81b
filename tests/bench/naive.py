"""What the front door is measured against: the framework that does nothing, and one plain INSERT for each request.

Both read the body into the front door's own model, as any endpoint would.

    python -m tests.bench.naive <PostgreSQL URL>
"""

import asyncio
import sys
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel

from services.referral.decisions.form import SubmitReferral
from tests.bench.serving import serve, settle_down

CONNECTIONS = 16
TABLE = (
    "CREATE TABLE IF NOT EXISTS naive (id uuid PRIMARY KEY, caller text NOT NULL, body text NOT NULL,"
    " at timestamptz NOT NULL DEFAULT now())"
)
INSERT = "INSERT INTO naive (id, caller, body) VALUES (%s, %s, %s)"


class Taken(BaseModel):
    """The answer."""

    referral_id: str
    status: str = "RECEIVED"


def app_on(url: str) -> FastAPI:
    """The application, on a database."""
    pool = AsyncConnectionPool(
        url, min_size=CONNECTIONS, max_size=CONNECTIONS, open=False, kwargs={"autocommit": True, "prepare_threshold": 0}
    )

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> Any:
        async with pool:
            async with pool.connection() as connection:
                await connection.execute(TABLE)
            settle_down()
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/nothing", status_code=201)
    async def nothing(form: SubmitReferral) -> Taken:
        return Taken(referral_id="00000000-0000-4000-8000-000000000000")

    @app.post("/insert", status_code=201)
    async def insert(form: SubmitReferral) -> Taken:
        new = uuid4()
        async with pool.connection() as connection:
            await connection.execute(INSERT, (new, "somebody", form.model_dump_json(exclude_none=True)))
        return Taken(referral_id=str(new))

    return app


if __name__ == "__main__":
    asyncio.run(serve(app_on(sys.argv[1])))
