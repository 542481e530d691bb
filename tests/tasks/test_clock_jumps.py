"""The clock of a machine is put forward and back by an hour while tasks run (R26)."""

import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from carboy.tasks import RunResult, tasks_state
from lib.services import (
    SERVICES,
    MissingServiceError,
    can_install,
    get_programs,
    install as install_services,
)

from . import shop
from .conftest import StartWorker, wait_until

_AT_ONCE = 2
_HOUR = 3600
# libfaketime refuses the very call by which Python sleeps.
_SLEEP = """\
import select, time
time.sleep = lambda seconds: select.select([], [], [], seconds) and None
"""


class WallClock:
    """The time that a worker sees; what only ever grows is left as it is."""

    def __init__(self, folder: Path, library: str) -> None:
        self._folder = folder
        self._offset = folder / "offset"
        self._library = library
        self.pids: list[int] = []
        (folder / "sitecustomize.py").write_text(_SLEEP)
        self.put(0)

    def put(self, offset: int) -> None:
        new = self._folder / "new-offset"
        new.write_text(f"{offset:+d}\n")
        new.rename(self._offset)

    @property
    def environment(self) -> dict[str, str]:
        root = Path(__file__).parents[2]
        return {
            "LD_PRELOAD": self._library,
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_CACHE_DURATION": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "PYTHONPATH": f"{self._folder}:{root}/src:{root}",
        }


@pytest.fixture
def wall_clock(tmp_path: Path) -> Iterator[WallClock]:
    service = SERVICES["faketime"]
    try:
        if can_install():
            install_services([service])
        (program,) = get_programs(service)
    except MissingServiceError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
    command = [program, "-f", "+0", "printenv", "LD_PRELOAD"]
    told = subprocess.run(command, capture_output=True, text=True, check=True)
    folder = tmp_path / "clock"
    folder.mkdir()
    made = WallClock(folder, told.stdout.strip())
    yield made
    # A process that is killed leaves behind what libfaketime shares with its children.
    for pid in made.pids:
        for path in Path("/dev/shm").glob(f"*faketime*_{pid}"):  # noqa: S108 - where the kernel has it
            path.unlink()


@pytest.mark.parametrize(
    # Both jumps are in each of them.
    ("broker", "first"),
    [("carboy-ledger", _HOUR), ("redis", -_HOUR)],
)
def test_a_clock_that_jumps_loses_nothing_and_repeats_little(
    tmp_path: Path,
    wall_clock: WallClock,
    start_worker: StartWorker,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    broker: str,
    first: int,
) -> None:
    url = request.getfixturevalue("fresh_redis") if broker == "redis" else ""
    monkeypatch.setenv("SHOP_BROKER", url)
    app = shop.create_app(str(tmp_path))
    command = ("worker", "--alone", "-c", str(_AT_ONCE))
    worker = start_worker(*command, **wall_clock.environment)
    wall_clock.pids.append(worker.pid)
    notes = tmp_path / "notes"
    notes.touch()
    runs: list[RunResult] = []

    def is_seen(offset: int, since: int) -> bool:
        """Keep the worker busy; say whether it began something by the new clock."""
        if len(runs) < len(notes.read_text().split()) + 2 * _AT_ONCE:
            runs.append(shop.note.delay(len(runs), 0.3))
        begun = [each.run.started for each in runs[since:]]
        now = time.time() + offset
        return any(each and abs(each - now) < _HOUR / 2 for each in begun)

    with app.app_context():
        for offset in (0, first, -first):
            since = len(runs)
            wall_clock.put(offset)
            wait_until(partial(is_seen, offset, since), 100)
        wait_until(lambda: all(each.run.state == "done" for each in runs), 100)
        effects = Counter(shop.db.session.scalars(shop.db.select(shop.Effect.number)))

    ends = Counter(int(line) for line in notes.read_text().split())
    assert tasks_state.of(app).broker_url.startswith(broker)
    assert effects == dict.fromkeys(range(len(runs)), 1)
    assert max(ends.values()) <= 2
    assert ends.total() - len(runs) <= 2 * _AT_ONCE
