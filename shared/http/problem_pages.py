"""The page behind each problem's `type` address: what it means and what to do, for whoever meets it."""

from html import escape
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from shared.http.kinds import KINDS, Kind
from shared.http.problems import answer

_PAGE = """<!doctype html>
<html lang="en-GB">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body>
<main>
<h1>{title}</h1>
<p>Status {status}, <code>/problems/{name}</code></p>
<h2>What it means</h2>
<p>{means}</p>
<h2>What to do</h2>
<p>{remedy}</p>
</main>
</body>
</html>
"""


def problem_pages() -> APIRouter:
    """Routes `/problems` and `/problems/{kind}`: HTML for a browser, JSON for anything else."""
    router = APIRouter(include_in_schema=False)

    @router.get("/problems")
    async def every_kind() -> JSONResponse:
        return JSONResponse({"items": [_plain(kind) for kind in KINDS.values()]})

    @router.get("/problems/{name}")
    async def one_kind(name: str, request: Request) -> Response:
        kind = KINDS.get(name)
        if kind is None:
            return answer(KINDS["not-found"])
        if "text/html" in request.headers.get("accept", ""):
            words = {key: escape(str(value)) for key, value in _plain(kind).items()}
            return HTMLResponse(
                _PAGE.format(**words),
                headers={"Content-Security-Policy": "default-src 'none'", "Vary": "Accept"},
            )
        return JSONResponse(_plain(kind), headers={"Vary": "Accept"})

    return router


def _plain(kind: Kind) -> dict[str, Any]:
    return {
        "type": f"/problems/{kind.name}",
        "name": kind.name,
        "title": kind.title,
        "status": kind.status,
        "means": kind.means,
        "remedy": kind.remedy,
    }
