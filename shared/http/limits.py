"""So many requests per client and window: a client that runs wild must not keep the others' worries waiting."""

import math

from limits import RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from shared.http.problems import ProblemError


class Limiter:
    """A quota per client, counted in this process: with several replicas each gives its share of the whole.

    quota: requests per window; window: seconds.
    """

    def __init__(self, quota: int = 600, window: int = 60):
        self._item = RateLimitItemPerSecond(quota, window)
        self._windows = FixedWindowRateLimiter(MemoryStorage())
        self._window = window
        self._policy = f'"default";q={quota};w={window}'

    def limit(self, client_id: str, now: float) -> dict[str, str]:
        """Count one request; the headers that tell the client what is left.

        now: seconds since 1970 by the real clock, by which the windows are counted too.
        Raises ProblemError (429) with the same headers and Retry-After.
        """
        granted = self._windows.hit(self._item, client_id)
        reset, left = self._windows.get_window_stats(self._item, client_id)
        seconds = min(self._window, max(0, math.ceil(reset - now)))
        headers = {"RateLimit-Policy": self._policy, "RateLimit": f'"default";r={left};t={seconds}'}
        if granted:
            return headers
        wait = max(1, seconds)
        raise ProblemError(429, "too-many-requests", headers=headers, retry_after=wait)
