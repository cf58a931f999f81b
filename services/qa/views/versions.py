"""The numbers that go into If-Match: how far each stream of a case has got in the service that owns it."""

from typing import Any

from services.qa.views.papers import Papers

Row = dict[str, Any]


def versions_of(papers: Papers) -> Row:
    """{service: n}, with `family` and `child {id: n}` for who may link or correct.

    A service's n is that of its stream of this case; of linked cases, of the kept one. 0: nothing recorded there.
    """
    kept = papers.links.kept_case(papers.case_id)
    versions: Row = {"allocation": 0, "child": {}, "family": 0, "planning": 0, "referral": 0}
    for letter in papers.letters:
        kind, _, name = letter.stream.partition("/")
        if (kind, name) == ("case", kept) or (kind == "referral" and letter.case_id == papers.case_id):
            _raise(versions, letter.service, letter.stream_version)
        elif kind == "family" and name == papers.case_id:
            _raise(versions, "family", letter.stream_version)
        elif kind == "child":
            _raise(versions["child"], name, letter.stream_version)
    return versions


def _raise(versions: Row, name: str, version: int) -> None:
    versions[name] = max(version, versions.get(name, 0))
