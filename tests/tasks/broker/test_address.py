"""Tasks go on when the Redis that Sentinel watches dies and another takes its place."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis import ConnectionError, Redis  # noqa: A004 - redis-py's own name

from carboy.tasks import Tasks, tasks_state
from carboy.tasks.broker.address import is_sentinel, read_options, spread_url
from carboy.tasks.checks import check_site
from lib.services import SERVICES, Server, find_free_port, get_programs
from tests.tasks import shop
from tests.tasks.conftest import MakeSite, StartWorker, wait_until

_URL = "redis+sentinel://me:pass%2Fword@a,b:5000/mymaster/3?password=other"


def test_each_sentinel_gets_an_address_as_celery_writes_it() -> None:
    assert is_sentinel(_URL)
    assert spread_url(_URL) == (
        "sentinel://me:pass%2Fword@a:26379/3;sentinel://me:pass%2Fword@b:5000/3"
    )
    assert spread_url("redis+sentinel://a/mymaster") == "sentinel://a:26379/0"


def test_the_service_and_the_sentinels_own_password_are_options() -> None:
    options = read_options(_URL)

    assert options["master_name"] == "mymaster"
    assert "other" in options["sentinel_kwargs"].values()
    assert "master_name" not in read_options("redis+sentinel://a")


@pytest.mark.parametrize(
    ("url", "options", "found"),
    [
        ("redis+sentinel://a,b/mymaster/0", {}, []),
        ("redis+sentinel://a", {}, ["tasks.E004"]),
        ("sentinel://a:1;sentinel://b:1", {}, ["tasks.E004"]),
        ("sentinel://a:1;sentinel://b:1", {"master_name": "mymaster"}, []),
    ],
)
def test_a_service_that_is_not_named_stops_the_start(
    tasks: Tasks, make_site: MakeSite, url: str, options: object, found: list[str]
) -> None:
    told = {"CELERY_BROKER_TRANSPORT_OPTIONS": options}
    site = make_site(tasks, TASKS_BROKER_URL=url, **told)

    assert [check.id for check in check_site(site.app)] == found


@pytest.fixture
def pair(start_server: Callable[..., Server]) -> tuple[Server, Server]:
    """A Redis and the one that follows it."""
    first, second = (start_server("redis", durable=False) for _ in range(2))
    for server in (first, second):
        with Redis.from_url(server.url) as client:
            client.config_set("masterauth", "secret")
            client.config_set("requirepass", "secret")
    with Redis.from_url(f"redis://:secret@127.0.0.1:{second.port}/0") as client:
        client.replicaof("127.0.0.1", first.port)
    return first, second


@pytest.fixture
def sentinel(pair: tuple[Server, Server], tmp_path: Path) -> Iterator[int]:
    """Watch the pair; give the port."""
    port = find_free_port()
    config = tmp_path / "sentinel.conf"
    lines = [
        f"port {port}",
        "bind 127.0.0.1",
        f"sentinel monitor mymaster 127.0.0.1 {pair[0].port} 1",
        "sentinel auth-pass mymaster secret",
        "sentinel down-after-milliseconds mymaster 500",
        "sentinel failover-timeout mymaster 5000",
    ]
    config.write_text("\n".join(lines))
    (program,) = get_programs(SERVICES["redis"])
    command = [program, str(config), "--sentinel"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        yield port
        process.kill()


def test_no_run_is_lost_when_the_master_dies(
    tmp_path: Path,
    pair: tuple[Server, Server],
    sentinel: int,
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second = pair
    wait_until(lambda: _look(sentinel).get("num-slaves") == 1)
    assert _look(sentinel)["port"] == first.port
    url = f"redis+sentinel://:secret@127.0.0.1:{sentinel}/mymaster/0"
    monkeypatch.setenv("SHOP_BROKER", url)
    app = shop.create_app(str(tmp_path))
    start_worker("worker", "--alone", "-c", "2")

    with app.app_context():
        runs = [shop.note.delay(number, 0.05) for number in range(30)]
        wait_until(lambda: runs[3].run.state == "done")
        first.kill()
        runs += [shop.note.delay(number, 0.05) for number in range(30, 40)]
        wait_until(lambda: _look(sentinel)["port"] == second.port, 30)
        runs += [shop.note.delay(number, 0.05) for number in range(40, 50)]
        wait_until(lambda: all(each.run.state == "done" for each in runs), 40)
        numbers = shop.db.session.scalars(shop.db.select(shop.Effect.number)).all()

    assert sorted(numbers) == list(range(50))
    assert tasks_state.of(app).depth("default") == 0


def _look(port: int) -> dict[str, Any]:
    """Ask Sentinel what it knows about the master; nothing while it starts."""
    with Redis.from_url(f"redis://127.0.0.1:{port}") as client:
        try:
            found: dict[str, Any] = client.sentinel_master("mymaster")
        except ConnectionError:
            return {}
    return found
