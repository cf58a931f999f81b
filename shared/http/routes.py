"""Which route a request met, as its template: a raw path holds the ids of children and never goes into a log."""

from collections.abc import Mapping, MutableMapping
from typing import Any

from starlette.routing import Match, Mount

UNMATCHED = "unmatched"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def route_template(scope: Mapping[str, Any]) -> str:
    """The path of the route with its parameters as names, as `/v1/referrals/{id}`; UNMATCHED if none was met."""
    route = scope.get("route")
    if route is None:
        return UNMATCHED
    if isinstance(route, Mount):
        return route.path
    # A route of an included router knows only its own part of the path; the framework keeps the whole one here.
    whole = scope.get("fastapi", {}).get("effective_route_context")
    path = getattr(whole, "path_format", None) or getattr(route, "path_format", None) or getattr(route, "path", "")
    return f"{scope.get('root_path', '')}{path}" or UNMATCHED


def methods_here(scope: MutableMapping[str, Any]) -> list[str]:
    """The methods that some route of the app takes at this path; the framework names only those of the first."""
    bare = {key: value for key, value in scope.items() if key not in ("fastapi", "route", "path_params")}
    return [
        method
        for method in METHODS
        if any(route.matches({**bare, "method": method})[0] is Match.FULL for route in scope["app"].routes)
    ]
