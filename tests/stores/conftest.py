"""An empty store of each kind, with the clock of the test where possible."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from carboy.stores import MemoryStore, Store, open_store

LOCAL = ("memory", "file", "sqlite")
SERVED = ("postgresql", "mariadb", "redis")
ALL = LOCAL + SERVED


@dataclass
class StoreLocation:
    """The URL of a store, to open it again as another process would."""

    kind: str
    url: str
    stores: list[Store]

    def open(self) -> Store:
        store = open_store(self.url)
        self.stores.append(store)
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
def location(request, tmp_path) -> Iterator[StoreLocation]:
    stores: list[Store] = []
    url = find_url(request, request.param, tmp_path)
    yield StoreLocation(request.param, url, stores)
    for store in stores:
        store.close()


@pytest.fixture
def store(location) -> Store:
    return location.open()


@pytest.fixture(params=[kind for kind in ALL if kind != "redis"])
def clocked(request, tmp_path, clock) -> Iterator[Store]:
    """A store with the clock of the test; Redis has its own."""
    url = find_url(request, request.param, tmp_path)
    store = MemoryStore(clock=clock) if url == "memory://" else None
    store = store or open_store(url, clock=clock)
    yield store
    store.close()
