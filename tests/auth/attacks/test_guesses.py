"""Eight processes guess at once: no limit admits more than it says, on any store."""

import multiprocessing
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from carboy.auth import Throttle, ThrottledError
from carboy.auth.throttles import LIMITS
from carboy.errors import UnavailableError
from carboy.stores import open_store

PROCESSES, THREADS, GUESSES = 8, 10, 100
CONTEXT = multiprocessing.get_context("forkserver")
SERVED = ["sqlite", "postgresql", "mariadb", "redis"]


def guess(url: str, number: int) -> Counter[str]:
    """Guess in ten threads; return how often each account and address was admitted.

    Half of the guesses are at one account, the others at fifty.
    """
    store = open_store(url)
    throttle, address = Throttle(store, "login"), f"10.0.0.{number % 2}"

    def one(index: int) -> list[str]:
        account = "ada" if index % 2 else f"user{index}"
        try:
            throttle.take(account, address)
        except (ThrottledError, UnavailableError):
            # A database that has no connection left admits nobody.
            return []
        return [f"both {account} {address}", f"address {address}", f"account {account}"]

    with ThreadPoolExecutor(THREADS) as pool:
        admitted = Counter(
            key for keys in pool.map(one, range(GUESSES)) for key in keys
        )
    store.close()
    return admitted


@pytest.fixture(params=SERVED)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    kind: str = request.param
    found = (
        f"sqlite:///{tmp_path}/store.sqlite"
        if kind == "sqlite"
        else str(request.getfixturevalue(f"fresh_{kind}"))
    )
    store = open_store(found)
    store.ping()
    store.close()
    return found


def test_no_limit_admits_more_than_it_says_and_the_owner_logs_in(url: str) -> None:
    CONTEXT.set_forkserver_preload([__name__])
    with CONTEXT.Pool(PROCESSES) as pool, closing(open_store(url)) as store:
        attack = pool.starmap_async(guess, [(url, n) for n in range(PROCESSES)])
        owner = Throttle(store, "login")
        for _ in range(5):
            owner.take("ada", "192.0.2.1").give_back()
        admitted = sum(attack.get(120), Counter[str]())
        owner.take("ada", "192.0.2.1")

    for key, count in admitted.items():
        limit = getattr(LIMITS["login"], key.partition(" ")[0])
        assert count <= limit.count, key
    # Somebody was admitted, or nothing was tested.
    assert 1 <= admitted["both ada 10.0.0.0"] <= 10
    assert 1 <= admitted["address 10.0.0.0"] <= 200
