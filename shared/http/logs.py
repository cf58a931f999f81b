"""Logs as JSON lines on stderr, of listed fields only: what is not on the list is dropped and counted.

A list of what may be said cannot forget a field, as a list of what may not be said can.
"""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, BinaryIO

import msgspec
import structlog

FIELDS = frozenset({
    "event", "level", "timestamp", "service", "route", "method", "status", "duration_ms", "correlation_id",
    "client_kind", "error_class", "job", "rule_ids", "source", "partition", "sequence", "lag", "port", "pid",
    "view", "count",
})  # fmt: skip
"""Everything a log line may hold."""

LONGEST = 200

_QUIET = ("uvicorn.access", "asgi_correlation_id")
_SPEAKING = ("uvicorn.error", "kafka")


class AllowList:
    """The processor that lets listed fields through. dropped: how many it has kept out so far."""

    def __init__(self) -> None:
        self.dropped = 0

    def __call__(self, logger: Any, method: str, line: MutableMapping[str, Any]) -> Mapping[str, Any]:
        kept = {key: value for key, value in line.items() if key in FIELDS and _is_plain(value)}
        self.dropped += len(line) - len(kept)
        return kept


def _is_plain(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST
    if isinstance(value, tuple | list):
        return len(value) <= 50 and all(isinstance(one, str) and len(one) <= LONGEST for one in value)
    return value is None or isinstance(value, int | float)


def set_up_logs(level: str = "INFO", out: BinaryIO | None = None) -> AllowList:
    """Send all logs of this process, those of libraries too, through one allow-list. out: stderr if not given."""
    allow = AllowList()
    number = logging.getLevelNamesMapping()[level.upper()]
    stream = out or sys.stderr.buffer
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_the_class,
            allow,
            structlog.processors.JSONRenderer(serializer=_encoded),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.BytesLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    logging.captureWarnings(True)
    # Libraries tell each request and connection at INFO; only the server's own start and stop are of use.
    logging.basicConfig(handlers=[_OfLibraries()], level=max(number, logging.WARNING), force=True)
    logging.getLogger("uvicorn.error").setLevel(max(number, logging.INFO))
    for name in ("uvicorn", "uvicorn.error", *_QUIET):
        of_library = logging.getLogger(name)
        of_library.handlers.clear()
        of_library.propagate = name not in _QUIET
    return allow


def _encoded(line: Mapping[str, Any], **_: Any) -> bytes:
    return msgspec.json.encode(line)


def _only_the_class(logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    # The text of an exception may quote a name, and a traceback may show the line of a request.
    found = line.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        line["error_class"] = type(found).__name__
    return line


class _OfLibraries(logging.Handler):
    """Lines of libraries: their words as the source code has them, before values are filled in."""

    def emit(self, record: logging.LogRecord) -> None:
        log = structlog.get_logger(source=record.name)
        known = record.name.startswith(_SPEAKING) and isinstance(record.msg, str)
        # A library that we do not know may have put the values into the words already.
        event = str(record.msg).strip().split("\n")[0][:LONGEST] if known else "library_message"
        log.log(record.levelno, event, exc_info=record.exc_info)
