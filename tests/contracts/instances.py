"""Events made from their types alone, each value unlike any other, so that a test can see where each one went."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import msgspec
from msgspec import inspect as types

from shared.kernel.sealed import Sealed

SECRET = "secret-of-"
_NOTHING = object()


@dataclass
class Maker:
    """Makes values of any type an event may have. secrets: the texts it sealed; everything else is clear."""

    subject: str = "child/c-1"
    secrets: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def whole(self, struct: type[msgspec.Struct]) -> tuple[msgspec.Struct, dict[str, Any]]:
        """An instance with every field filled in, and what of it may travel, as JSON has it."""
        told = types.type_info(struct)
        assert isinstance(told, types.StructType)
        values: dict[str, Any] = {}
        clear: dict[str, Any] = {}
        for each in told.fields:
            values[each.name], seen = self.of(each.type, each.name)
            if seen is not _NOTHING:
                clear[each.encode_name] = seen
        return struct(**values), clear

    def of(self, kind: types.Type, name: str) -> tuple[Any, Any]:
        """A value of a type, and the same as JSON has it."""
        number = next(self._numbers)
        match kind:
            case types.CustomType(cls=cls) if (getattr(cls, "__origin__", None) or cls) is Sealed:
                self.secrets.append(f"{SECRET}{name}-{number}")
                return Sealed(self.subject, self.secrets[-1]), _NOTHING
            case types.StructType(cls=cls):
                return self.whole(cls)
            case types.UnionType(types=members):
                return self.of(next(m for m in members if not isinstance(m, types.NoneType)), name)
            case types.ListType(item_type=item) | types.VarTupleType(item_type=item):
                made = [self.of(item, name) for _ in range(2)]
                return tuple(value for value, _ in made), [seen for _, seen in made if seen is not _NOTHING]
            case types.DictType():
                return {f"{name}-{number}": f"clear-{number}"}, {f"{name}-{number}": f"clear-{number}"}
            case types.LiteralType(values=words):
                return words[number % len(words)], words[number % len(words)]
            case types.BoolType():
                # False and 0 would be left out where they are the default.
                return True, True
            case types.IntType():
                return 100 + number, 100 + number
            case types.FloatType():
                return number + 0.5, number + 0.5
            case types.DateTimeType():
                instant = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=number)
                return instant, instant.isoformat().replace("+00:00", "Z")
            case types.DateType():
                day = date(2026, 1, 1) + timedelta(days=number)
                return day, day.isoformat()
            case types.StrType() | types.AnyType():
                return f"clear-{name}-{number}", f"clear-{name}-{number}"
            case _:
                raise TypeError(type(kind).__name__)
