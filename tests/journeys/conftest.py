"""The journeys of this folder, each over both compositions, in the order of the days on which they happen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.compositions import Product, embedded, separate


@pytest.fixture(scope="session", params=["embedded", "separate"])
def product(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """The product, started once for all journeys: what happened on earlier days is on record."""
    folder: Path = tmp_path_factory.mktemp("product")
    if request.param == "embedded":
        with embedded(folder) as running:
            yield running
    else:
        postgres, kafka = request.getfixturevalue("postgres"), request.getfixturevalue("kafka")
        with separate(folder, postgres, kafka) as running:
            yield running


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "day(date): when a journey begins; time on record never falls, so this is the order"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mine = [item for item in items if Path(item.path).parent == Path(__file__).parent]
    ordered = iter(sorted(mine, key=_when))
    items[:] = [next(ordered) if item in set(mine) else item for item in items]


def _when(item: pytest.Item) -> tuple[str, str]:
    marker = item.get_closest_marker("day")
    params: Any = getattr(item, "callspec", None)
    composition = str(params.params.get("product", "")) if params else ""
    return composition, str(marker.args[0]) if marker else ""
