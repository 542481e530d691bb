"""A store of each kind, empty, with a clock that the test moves where it can."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from carboy.stores import MemoryStore, Store, open_store

LOCAL = ("memory", "file", "sqlite")
SERVED = ("postgresql", "mariadb", "redis")
ALL = LOCAL + SERVED


@dataclass
class StoreLocation:
    """Where a store is, and how to open it again, as another process would."""

    kind: str
    url: str
    opened: list[Store]
    clock: Callable[[], float]

    def open(self, *, moved: bool = False) -> Store:
        clock = {"clock": self.clock} if moved else {}
        store = open_store(self.url, **clock)
        self.opened.append(store)
        return store


def find_url(request: pytest.FixtureRequest, kind: str, folder: Path) -> str:
    if kind == "file":
        return f"file://{folder}/store"
    if kind == "sqlite":
        return f"sqlite:///{folder}/store.sqlite"
    if kind == "memory":
        return "memory://"
    url: str = request.getfixturevalue(f"fresh_{kind}")
    return url


@pytest.fixture(params=ALL)
def location(request, tmp_path, clock) -> Iterator[StoreLocation]:
    opened: list[Store] = []
    url = find_url(request, request.param, tmp_path)
    yield StoreLocation(request.param, url, opened, clock)
    for store in opened:
        store.close()


@pytest.fixture
def store(location) -> Store:
    return location.open()


@pytest.fixture(params=[kind for kind in ALL if kind != "redis"])
def clocked(request, tmp_path, clock) -> Iterator[Store]:
    """A store that goes by the test's clock; Redis goes by its own."""
    url = find_url(request, request.param, tmp_path)
    store = MemoryStore(clock=clock) if url == "memory://" else None
    store = store or open_store(url, clock=clock)
    yield store
    store.close()
