"""The journeys of this folder, each over both compositions, in the order of the days on which they happen."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.journeys.compositions import Product, embedded, separate


class Running:
    """The product that runs: one at a time, and a new one for each life, as time on record never falls."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._key: tuple[str, int] | None = None
        self._product: Product | None = None

    def start(self, key: tuple[str, int], begin: AbstractContextManager[Product]) -> Product:
        """The product of this composition and life: begun where another runs, or none."""
        if self._product is None or self._key != key:
            self.stop()
            self._product, self._key = self._stack.enter_context(begin), key
        return self._product

    def stop(self) -> None:
        """End what runs."""
        self._stack.close()
        self._product = None


class ByComposition(LoadScopeScheduling):
    """Spreads the journeys over two processes: each composition in one, so that its lives follow one another."""

    def _split_scope(self, nodeid: str) -> str:
        return "separate" if nodeid.endswith("[separate]") else "embedded"


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """What runs, from one journey to the next."""
    one = Running()
    yield one
    one.stop()


@pytest.fixture(params=["embedded", "separate"])
def product(request: pytest.FixtureRequest, running: Running, tmp_path_factory: pytest.TempPathFactory) -> Product:
    """The product, started once for all journeys of a life: what happened on earlier days is on record."""
    folder: Path = tmp_path_factory.mktemp("product")
    key = (str(request.param), _life(request.node))
    if request.param == "embedded":
        return running.start(key, embedded(folder))
    postgres, kafka = request.getfixturevalue("postgres"), request.getfixturevalue("kafka")
    return running.start(key, separate(folder, postgres, kafka))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "day(date, life=1): when a journey begins; time on record never falls, so this is the order, and a journey "
        "that goes on for months shares a life only with those that begin after its last day",
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    return ByComposition(config, log) if config.getoption("dist") == "loadscope" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    mine = [item for item in items if Path(item.path).parent == Path(__file__).parent]
    for item in mine:
        # Months are lived through in one, each due instant on the way.
        item.add_marker(pytest.mark.timeout(900))
    ordered = iter(sorted(mine, key=_when))
    items[:] = [next(ordered) if item in set(mine) else item for item in items]


def _when(item: pytest.Item) -> tuple[str, int, str]:
    marker = item.get_closest_marker("day")
    params: Any = getattr(item, "callspec", None)
    composition = str(params.params.get("product", "")) if params else ""
    return composition, _life(item), str(marker.args[0]) if marker else ""


def _life(item: Any) -> int:
    marker = item.get_closest_marker("day")
    return int(marker.kwargs.get("life", 1)) if marker else 1
