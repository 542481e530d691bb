"""Sites with a cache of each type, and a counter of computations."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from carboy import Carboy
from carboy.cache import Cache
from carboy.cache.make_service import cache_state

KINDS = ("memory", "file", "database", "redis")


def make_config(request: pytest.FixtureRequest, kind: str, folder: Path) -> dict:
    if kind == "file":
        return {"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": str(folder / "cache")}
    if kind == "database":
        url = f"sqlite:///{folder}/cache.sqlite"
        return {"CACHE_TYPE": "database", "CACHE_URL": url}
    if kind == "redis":
        url = request.getfixturevalue("fresh_redis")
        return {"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": url}
    return {"CACHE_TYPE": "SimpleCache"}


class Sites:
    """Makes apps with a cache, and closes their stores at the end."""

    def __init__(self) -> None:
        self.apps: list[Flask] = []

    def make(
        self,
        config: dict[str, Any] | None = None,
        *,
        kind: type[Flask] = Carboy,
        clock: Callable[[], float] | None = None,
    ) -> tuple[Flask, Cache]:
        app = kind("shop")
        app.secret_key = "k" * 40
        app.testing = True
        self.apps.append(app)
        cache = Cache(app, config=config, clock=clock)
        return app, cache

    def close(self) -> None:
        for app in self.apps:
            service = cache_state.find(app)
            if service is not None:
                service.close()


@pytest.fixture
def sites() -> Iterator[Sites]:
    own = Sites()
    yield own
    own.close()


@pytest.fixture(params=KINDS)
def config(request, tmp_path) -> dict[str, Any]:
    """The settings of a cache of each type, on stores of this test."""
    return make_config(request, request.param, tmp_path)


@pytest.fixture(params=[Carboy, Flask], ids=["carboy", "flask"])
def site(request, sites) -> tuple[Flask, Cache]:
    """A site with a cache in memory, on the engine and on stock Flask."""
    return sites.make(kind=request.param)


@pytest.fixture
def count() -> Callable[[], int]:
    """A function that returns 1, 2, 3…: a cached result does not count on."""
    numbers = iter(range(1, 1_000_000))
    return lambda: next(numbers)


def get_twice(app, path="/", **options):
    client = app.test_client()
    return client.get(path, **options).text, client.get(path, **options).text
