"""The storages that the contract is run against."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from carboy.uploads.storages import LocalStorage, MemoryStorage, Storage


@dataclass
class StoragePlace:
    """One storage, and how another process would open it."""

    kind: str
    open: Callable[[], Storage]


def _local(request):
    folder = request.getfixturevalue("tmp_path") / "uploads"
    return lambda: LocalStorage(folder)


def _memory(_request):
    storage = MemoryStorage()
    return lambda: storage


# A further storage joins with one line: a function of the request that returns what
# opens an empty storage, again and again the same one.
PLACES = {"local": _local, "memory": _memory}


@pytest.fixture(params=sorted(PLACES))
def place(request):
    return StoragePlace(request.param, PLACES[request.param](request))


@pytest.fixture
def storage(place):
    return place.open()
