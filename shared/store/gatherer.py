"""Views over several services: for each case, a fold of every letter the inbox holds of it, whatever came first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from shared.kernel.letters import Letter
from shared.kernel.service import Body, Gathering
from shared.store.append import Append, Move, Stale
from shared.store.program import Query, Statement
from shared.store.projector import put_rows
from shared.store.store import Store

PAGE = 500
READER = "gather"
_LETTER = msgspec.json.Decoder(Letter).decode


@dataclass(frozen=True)
class Gathered:
    """The letters of one case and of the cases linked with it."""

    about: str
    letters: Sequence[Letter]


async def gather_page(store: Store, views: Sequence[Gathering]) -> int:
    """Refold the cases of the letters that arrived next. Gives how many letters; 0 when all are in."""
    seen_to = (await store.places(READER)).get((store.source, 0), ("", 0))[1]
    (rows,) = await store.read(
        Query("SELECT arrived, letter FROM inbox WHERE arrived > %s ORDER BY arrived LIMIT %s", (seen_to, PAGE))
    )
    if not rows:
        return 0
    arrived = [_LETTER(bytes(letter)) for _, letter in rows]
    changes: list[Statement] = []
    for view in views:
        abouts = sorted({about for letter in arrived for about in view.keys(letter)})
        changes += await _refolded(store, view, abouts)
    move = Move(READER, store.source, 0, store.incarnation, seen_to, rows[-1][0])
    # Who waits until a write is seen here waits for this.
    outcome = await store.append(Append(moves=[move], also=changes, tells=True))
    return 0 if isinstance(outcome, Stale) else len(rows)


async def _refolded(store: Store, view: Gathering, abouts: Iterable[str]) -> list[Statement]:
    rows: dict[str, Body] = {}
    done: set[str] = set()
    todo = set(abouts)
    while todo:
        done |= todo
        near = await _letters_by_about(store, todo)
        linked: set[str] = set()
        for about in sorted(todo):
            letters = near[about]
            others = set(view.related(letters)) - {about}
            if others:
                # Those linked with it may be linked with more.
                letters = await letters_about(store, about, view.related)
                linked.update(view.related(letters))
            body = view.fold(about, letters)
            if body is not None:
                rows[about] = body
        # A case linked with this one shows what happened here too.
        todo = linked - done
    return [put_rows(view, dict(sorted(rows.items())))] if rows else []


async def _letters_by_about(store: Store, abouts: Iterable[str]) -> dict[str, list[Letter]]:
    """The letters of each of these cases, in the order of the sources."""
    dialect, wanted = store.backend.dialect, sorted(abouts)
    (rows,) = await store.read(
        Query(f"SELECT about, letter FROM inbox WHERE {dialect.among('about')}", [dialect.listed(wanted)])
    )
    found: dict[str, dict[str, Letter]] = {about: {} for about in wanted}
    for about, raw in rows:
        letter = _LETTER(bytes(raw))
        found[about][letter.event_id] = letter
    return {about: sorted(letters.values(), key=_by_source) for about, letters in found.items()}


def _by_source(letter: Letter) -> tuple[str, int]:
    return letter.source, letter.sequence


async def letters_about(store: Store, about: str, related: Callable[[Sequence[Letter]], Iterable[str]]) -> list[Letter]:
    """Every letter of a case and of the cases linked with it, in the order of the sources."""
    found: dict[str, Letter] = {}
    todo, done = {about}, set()
    while todo:
        dialect = store.backend.dialect
        (rows,) = await store.read(
            Query(f"SELECT letter FROM inbox WHERE {dialect.among('about')}", [dialect.listed(sorted(todo))])
        )
        done |= todo
        for (raw,) in rows:
            letter = _LETTER(bytes(raw))
            found[letter.event_id] = letter
        todo = set(related(list(found.values()))) - done
    return sorted(found.values(), key=_by_source)


async def regather(store: Store, view: Gathering, progress: Callable[[int, int], None]) -> int:
    """Refold every case of a view from the inbox, page by page, while it is read. Gives how many cases."""
    found: set[str] = set()
    at = 0
    # Page by page: the whole inbox would not fit into memory one day.
    while True:
        (rows,) = await store.read(
            Query(
                "SELECT arrived, about, letter FROM inbox WHERE arrived > %s ORDER BY arrived LIMIT %s", (at, PAGE * 10)
            )
        )
        if not rows:
            break
        at = rows[-1][0]
        found.update(about for _, about, _ in rows)
        found.update(key for _, _, raw in rows for key in view.keys(_LETTER(bytes(raw))))
    keys = sorted(found)
    for count in range(0, len(keys), PAGE):
        changes = await _refolded(store, view, keys[count : count + PAGE])
        await store.append(Append(also=changes))
        progress(min(count + PAGE, len(keys)), len(keys))
    return len(keys)
