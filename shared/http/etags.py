"""Versions of streams as entity tags: a decision says which state it was made on, and a reader what it holds."""

import re

from starlette.responses import Response

from shared.http.problems import ProblemError

_VERSION = re.compile(r'[ \t]*"(0|[1-9][0-9]{0,17})"[ \t]*')
_TAG = re.compile(r'[ \t]*(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,|$)')


def etag(*parts: int | str) -> str:
    """A strong entity tag: of a stream's version, or of several things that an answer depends on."""
    return '"' + "-".join(str(part) for part in parts) + '"'


def asked_version(if_match: str | None) -> int:
    """The version in If-Match. Raises ProblemError: 428 if there is none, 400 if it names no one version."""
    if if_match is None or not if_match.strip():
        raise ProblemError(428, "version-needed")
    found = _VERSION.fullmatch(if_match)
    if found is None:
        # `*` would mean "whatever it is now", and a weak tag "about this": neither is a state somebody decided on.
        raise ProblemError(400, "bad-request", 'Send one version in If-Match, in quotes and strong, as "7".')
    return int(found[1])


def stale(current: int) -> ProblemError:
    """The 412 that names the current version, to raise."""
    return ProblemError(412, "changed-since-read", headers={"ETag": etag(current)}, current_version=current)


def check_if_match(if_match: str | None, current: int) -> None:
    """Turn away a decision that was made on another version. Raises ProblemError: 428, 400 or 412."""
    if asked_version(if_match) != current:
        raise stale(current)


def unchanged(if_none_match: str | None, tag: str) -> bool:
    """Whether If-None-Match names this tag; weakly compared, and a header we cannot read names nothing."""
    if not if_none_match:
        return False
    if if_none_match.strip() == "*":
        return True
    return tag in _TAG.findall(if_none_match)


def not_modified(tag: str) -> Response:
    """The 304: the reader holds it already."""
    return Response(status_code=304, headers={"ETag": tag})
