"""Views over several services: for each case, a fold of every letter the inbox holds of it, whatever came first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import msgspec

from shared.kernel.letters import Letter
from shared.kernel.service import Gathering
from shared.store.append import Append, Move, Stale
from shared.store.program import Query
from shared.store.store import Store

PAGE = 500
READER = "gather"
_ENCODE = msgspec.json.Encoder(order="deterministic").encode
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
    changes: list[Query] = []
    for view in views:
        abouts = sorted({about for letter in arrived for about in view.keys(letter)})
        changes += await _refolded(store, view, abouts)
    move = Move(READER, store.source, 0, store.incarnation, seen_to, rows[-1][0])
    return 0 if isinstance(await store.append(Append(moves=[move], also=changes)), Stale) else len(rows)


async def _refolded(store: Store, view: Gathering, abouts: Iterable[str]) -> list[Query]:
    names = ["key", "body", *view.columns]
    sql = (
        f"INSERT INTO view_{view.name} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
        f" ON CONFLICT (key) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in names[1:])}"
    )
    params, done = [], set()
    todo = list(abouts)
    while todo:
        about = todo.pop()
        if about in done:
            continue
        done.add(about)
        letters = await letters_about(store, about, view.related)
        # A case linked with this one shows what happened here too.
        todo += [other for other in view.related(letters) if other not in done]
        body = view.fold(about, letters)
        if body is not None:
            found = view.search(body)
            params.append((about, _ENCODE(body), *(found.get(column) for column in view.columns)))
    return [Query(sql, sorted(params), many=True)] if params else []


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
    return sorted(found.values(), key=lambda letter: (letter.source, letter.sequence))


async def regather(store: Store, view: Gathering, progress: Callable[[int, int], None]) -> int:
    """Refold every case of a view from the inbox, page by page, while it is read. Gives how many cases."""
    (abouts,) = await store.read(Query("SELECT DISTINCT about FROM inbox ORDER BY about"))
    (letters,) = await store.read(Query("SELECT letter FROM inbox"))
    keys = sorted({key for (raw,) in letters for key in view.keys(_LETTER(bytes(raw)))} | {row[0] for row in abouts})
    for count in range(0, len(keys), PAGE):
        changes = await _refolded(store, view, keys[count : count + PAGE])
        await store.append(Append(also=changes))
        progress(min(count + PAGE, len(keys)), len(keys))
    return len(keys)
