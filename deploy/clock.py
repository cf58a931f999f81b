"""The clock of the domain: real time, or in development any time that a test wants to live in."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Gives domain time. It never goes back while anything is on record; the caller sees to that."""

    def __init__(self) -> None:
        self._instant: datetime | None = None
        self._set_at = 0.0
        self._rate = 1.0

    def now(self) -> datetime:
        """The domain's now, UTC."""
        if self._instant is None:
            return real()
        return self._instant + timedelta(seconds=(time.monotonic() - self._set_at) * self._rate)

    def set(self, instant: datetime | None, rate: float | None = None) -> None:
        """Live at an instant from now on, at `rate` domain seconds a second; None goes on from here at the new rate."""
        self._instant = instant or self.now()
        self._set_at = time.monotonic()
        if rate is not None:
            self._rate = rate

    def follow_reality(self) -> None:
        """Live in real time again."""
        self._instant = None
        self._rate = 1.0

    @property
    def rate(self) -> float:
        """Domain seconds that pass in a real one."""
        return self._rate

    @property
    def is_real(self) -> bool:
        """Whether domain time is real time."""
        return self._instant is None


def real() -> datetime:
    """Real time, UTC: for tokens, rate limits, time-outs and leases, whatever the domain's clock says."""
    return datetime.now(UTC)
