"""The storages that the contract is run against."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from carboy.uploads.storages import (
    LocalStorage,
    MemoryStorage,
    S3Storage,
    Storage,
    open_storage,
)
from carboy.uploads.storages.s3_address import parse_address
from tests.uploads.storages.fake_s3 import running_fake_s3


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


def _s3(request):
    fake = request.getfixturevalue("fake_s3")
    return lambda: open_storage(fake.url, Path())


# A further storage joins with one line: a function of the request that returns what
# opens an empty storage, again and again the same one.
PLACES = {"local": _local, "memory": _memory, "s3": _s3}


@pytest.fixture
def fake_s3():
    with running_fake_s3() as fake:
        yield fake


@pytest.fixture(params=sorted(PLACES))
def place(request):
    return StoragePlace(request.param, PLACES[request.param](request))


@pytest.fixture
def storage(place):
    return place.open()


@pytest.fixture
def s3_storage(fake_s3):
    """S3 that is impatient, for tests of what can go wrong."""
    address = parse_address(fake_s3.url.removeprefix("s3:"), {})
    return S3Storage(address, timeout=2, pause=lambda seconds: None)
