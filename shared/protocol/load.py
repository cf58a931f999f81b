"""Reading the packs: which edition is in force, switches set, national and local blocks made one protocol."""

import os
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import msgspec

from shared.kernel.calendar import local_date
from shared.protocol.clocks import Clock, Terms
from shared.protocol.protocol import Protocol
from shared.protocol.schema import (
    LocalPack,
    NationalPack,
    PackIncomplete,
    SystemPack,
    contradictions,
    unanswered,
)

PACKS = Path(__file__).parent / "packs"
"""The packs of the product."""

NATIONAL = "national"


class UnknownAuthority(LookupError):
    """No pack is of this authority."""


def protocol_of(authority: str, occurred_at: datetime, roots: Sequence[Path] | None = None) -> Protocol:
    """The protocol that binds in an authority at an instant (X-03).

    authority: its code. Before the first edition the first one, flagged. roots: folders of packs that come before
    the product's own; none given: those of TOLDONCE_PACKS. Raises UnknownAuthority, PackIncomplete.
    """
    places = tuple(roots) if roots is not None else _roots_of(os.environ.get("TOLDONCE_PACKS", ""))
    return _of_day(places, authority, local_date(occurred_at))


@lru_cache(maxsize=4096)
def _of_day(places: tuple[Path, ...], authority: str, day: date) -> Protocol:
    editions = _locals(places).get(authority)
    if not editions:
        raise UnknownAuthority(authority)
    local = _in_force([pack.edition.in_force for pack in editions], day)
    nationals = _nationals(places)
    national = _in_force([pack.edition.in_force for pack in nationals], day)
    return _protocol(places, authority, max(local, 0), max(national, 0), local < 0)


def authorities(roots: Sequence[Path] | None = None) -> tuple[str, ...]:
    """The codes of all authorities that have a pack, in order."""
    places = tuple(roots) if roots is not None else _roots_of(os.environ.get("TOLDONCE_PACKS", ""))
    return tuple(sorted(_locals(places)))


def editions_of(authority: str, roots: Sequence[Path] | None = None) -> tuple[LocalPack, ...]:
    """Every edition of an authority, the oldest first."""
    places = tuple(roots) if roots is not None else _roots_of(os.environ.get("TOLDONCE_PACKS", ""))
    return _locals(places).get(authority, ())


def national_editions(roots: Sequence[Path] | None = None) -> tuple[NationalPack, ...]:
    """Every edition of the national defaults, the oldest first."""
    places = tuple(roots) if roots is not None else _roots_of(os.environ.get("TOLDONCE_PACKS", ""))
    return _nationals(places)


def read_local(path: Path) -> LocalPack:
    """One local pack. Raises PackIncomplete, naming what it does not answer."""
    pack = _read(path, LocalPack)
    lacking = (*unanswered(pack), *contradictions(pack))
    if lacking:
        raise PackIncomplete(f"{pack.edition.id}: {'; '.join(lacking)}")
    return pack


@cache
def _roots_of(setting: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in setting.split(os.pathsep) if part)


def _in_force(days: list[date], day: date) -> int:
    """The place of the last edition in force on a day, -1 before the first."""
    return sum(1 for in_force in days if in_force <= day) - 1


@cache
def _locals(roots: tuple[Path, ...]) -> dict[str, tuple[LocalPack, ...]]:
    found: dict[str, tuple[LocalPack, ...]] = {}
    for folder in _folders(roots):
        if folder.name != NATIONAL:
            packs = [read_local(path) for path in sorted(folder.glob("*.toml"))]
            for pack in packs:
                others = found.get(pack.edition.authority, ())
                found[pack.edition.authority] = tuple(sorted((*others, pack), key=lambda one: one.edition.in_force))
    return found


@cache
def _nationals(roots: tuple[Path, ...]) -> tuple[NationalPack, ...]:
    folder = next(folder for folder in _folders(roots) if folder.name == NATIONAL)
    packs = (_read(path, NationalPack) for path in folder.glob("*.toml"))
    return tuple(sorted(packs, key=lambda pack: pack.edition.in_force))


def _folders(roots: tuple[Path, ...]) -> Iterator[Path]:
    """The folders of packs; one in an earlier root stands in place of its namesake in a later one."""
    seen: set[str] = set()
    for root in (*roots, PACKS):
        for folder in sorted(path for path in root.iterdir() if path.is_dir()):
            if folder.name not in seen and any(folder.glob("*.toml")):
                seen.add(folder.name)
                yield folder


@cache
def _protocol(roots: tuple[Path, ...], authority: str, local_at: int, national_at: int, before_first: bool) -> Protocol:
    local = _locals(roots)[authority][local_at]
    national = _with_words(_nationals(roots)[national_at], local.outcomes)
    system = _read(
        next(root for root in (*roots, PACKS) if (root / "system.toml").exists()) / "system.toml", SystemPack
    )
    return Protocol(
        local=local,
        national=national,
        system={rule.id: rule for rule in system.rule},
        clocks=_clocks(national.clock, local.clock, local.terms),
        before_first=before_first,
    )


def _clocks(national: Sequence[Clock], local: Sequence[Clock], terms: Sequence[Terms]) -> tuple[Clock, ...]:
    """National and local clocks both bind; one with the same start and stop as another yields to the shorter."""
    replaced = {clock.instead_of for clock in local}
    here = [clock for clock in national if clock.rule not in replaced]
    for term in terms:
        here = [_on_terms(clock, term) if clock.rule == term.of else clock for clock in here]
    kept: list[Clock] = []
    for clock in (*here, *local):
        twin = next(
            (k for k in kept if _same(k) == _same(clock)),
            None,
        )
        if twin is None:
            kept.append(clock)
            continue
        binding, other = sorted((twin, clock), key=lambda one: one.due(_ANY_MONDAY))
        kept[kept.index(twin)] = msgspec.structs.replace(binding, also=(*binding.also, *other.rules))
    return tuple(kept)


def _same(clock: Clock) -> tuple[object, ...]:
    return clock.about, clock.while_, clock.starts, clock.stops


_ANY_MONDAY = datetime.fromisoformat("2026-06-01T09:00:00+00:00")
"""A week without holidays, to tell which of two limits is the shorter."""


def _on_terms(clock: Clock, terms: Terms) -> Clock:
    if terms.while_:
        return msgspec.structs.replace(
            clock,
            while_=terms.while_,
            starts=(),
            stops=terms.stops or clock.stops,
            cancels=(),
            limit_from=terms.limit_from or clock.limit_from,
            computed_by="qa",
            also=(*clock.also, terms.rule),
        )
    return msgspec.structs.replace(
        clock,
        starts=(*clock.starts, *terms.starts_also),
        stops=terms.stops or clock.stops,
        cancels=(*clock.cancels, *terms.cancels_also),
        also=(*clock.also, terms.rule),
    )


def _with_words(national: NationalPack, outcomes: Mapping[str, str]) -> NationalPack:
    """National blocks speak of groups of outcomes; each authority has its own words for them."""

    def spoken(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: spoken(inner) for key, inner in _local_words(value, outcomes).items()}
        return [spoken(inner) for inner in value] if isinstance(value, (list, tuple)) else value

    return msgspec.convert(spoken(msgspec.to_builtins(national)), NationalPack)


def _local_words(value: dict[str, Any], outcomes: Mapping[str, str]) -> dict[str, Any]:
    if "outcome_group" not in value:
        return value
    groups = value["outcome_group"]
    words = [word for word, group in outcomes.items() if group in groups]
    return {**{key: inner for key, inner in value.items() if key != "outcome_group"}, "outcome": words}


def _read(path: Path, kind: Any) -> Any:
    try:
        raw = whole(path)
        switches = raw.get("switches", {})
        return msgspec.convert({key: _settled(value, switches) for key, value in raw.items()}, kind)
    except (msgspec.ValidationError, ValueError, KeyError) as problem:
        raise PackIncomplete(f"{path.parent.name}/{path.name}: {problem}") from problem


def parts_of(path: Path) -> tuple[Path, ...]:
    """The files of one edition: its own, and those in the folder of the same name beside it."""
    return (path, *sorted(path.with_suffix("").glob("*.toml")))


def whole(path: Path) -> dict[str, Any]:
    """An edition as one: the lists of its parts one after another, their tables together. Raises ValueError."""
    raw: dict[str, Any] = {}
    for part in parts_of(path):
        raw = _joined(raw, tomllib.loads(part.read_text(encoding="utf-8")), part.name)
    return raw


def _joined(before: dict[str, Any], more: dict[str, Any], part: str) -> dict[str, Any]:
    joined = dict(before)
    for key, value in more.items():
        there = joined.get(key)
        if isinstance(there, list) and isinstance(value, list):
            joined[key] = [*there, *value]
        elif isinstance(there, dict) and isinstance(value, dict):
            joined[key] = _joined(there, value, part)
        elif key in joined:
            raise ValueError(f"{part} says {key} again")
        else:
            joined[key] = value
    return joined


def _settled(value: Any, switches: Mapping[str, Any], field: str = "") -> Any:
    """A value with its switches set, and a plain list of stops made the one group that it is."""
    if isinstance(value, dict):
        if set(value) > {"switch"} and isinstance(value.get("switch"), str):
            return _settled(value[switches[value["switch"]]["value"]], switches, field)
        return {key: _settled(inner, switches, key) for key, inner in value.items()}
    if isinstance(value, list):
        if field == "stops" and value and isinstance(value[0], dict):
            return [[_settled(inner, switches) for inner in value]]
        return [_settled(inner, switches) for inner in value]
    return value
