"""What a problem of the front door says besides: a worry has another way in, whatever is wrong with this one."""

from collections.abc import Callable, Mapping
from typing import Any

from shared.http.house import House
from shared.protocol.load import authorities

DANGER_NOW = "If a child is in danger now, ring 999."


def telephone(house: House) -> Callable[[Mapping[str, Any], int], dict[str, Any]]:
    """The telephone route of the authority, in every no of sending a referral."""

    def also(scope: Mapping[str, Any], status: int) -> dict[str, Any]:
        if scope.get("method") != "POST" or not str(scope.get("path", "")).endswith("/v1/referrals"):
            return {}
        caller = scope.get("toldonce.caller")
        asked = [str(caller.authority)] if caller is not None else list(authorities())
        routes = {name: house.protocol_for(name, house.now()).telephone for name in asked if house.serves(name)}
        return {
            "telephone": next(iter(routes.values()), None) if len(routes) == 1 else routes,
            "danger_now": DANGER_NOW,
        }

    return also
