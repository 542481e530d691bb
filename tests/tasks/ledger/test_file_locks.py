"""SQLite's locks on our files survive all that a process does beside SQLite.

POSIX locks belong to a process and a file. They are gone as soon as the process closes
any descriptor of the file, and a child does not inherit them. Then another process may
believe to be the last one, and delete the write-ahead log under the first.
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from carboy.db import DatabaseSettings, make_engine
from carboy.stores.database import make_engine as make_store_engine
from carboy.tasks.ledger.database import make_file_engine

MakeEngine = Callable[[Path], sa.Engine]

_ENGINES: dict[str, MakeEngine] = {
    "ledger": lambda path: make_file_engine(path, synchronous="FULL"),
    "live": lambda path: make_file_engine(path, synchronous="OFF"),
    "site": lambda path: make_engine(
        DatabaseSettings(), {"url": f"sqlite:///{path}"}, path.parent
    ),
    "store": lambda path: make_store_engine(sa.make_url(f"sqlite:///{path}")),
}
# Another process opens the file, writes, and closes it as the last one would.
_NEIGHBOUR = """
import sqlite3, sys
link = sqlite3.connect(sys.argv[1], timeout=10)
link.execute("INSERT INTO t VALUES (1)")
link.commit()
link.close()
"""


@pytest.fixture(params=sorted(_ENGINES))
def make(request: pytest.FixtureRequest) -> MakeEngine:
    return _ENGINES[request.param]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "some.sqlite"


def _write(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS t (x)")
        connection.exec_driver_sql("INSERT INTO t VALUES (0)")


def _holds_locks(path: Path) -> bool:
    """Return whether this process holds SQLite's shared lock on the file."""
    inode = path.stat().st_ino
    lines = Path("/proc/locks").read_text().splitlines()
    return any(
        fields[1] == "POSIX"
        and int(fields[4]) == os.getpid()
        and int(fields[5].rpartition(":")[2]) == inode
        for fields in map(str.split, lines)
    )


def _run_neighbour(path: Path) -> None:
    subprocess.run([sys.executable, "-c", _NEIGHBOUR, path], check=True)


def _check(path: Path, rows: int) -> None:
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM t").fetchone() == (rows,)
    connection.close()


def test_a_second_engine_on_the_file_leaves_the_locks_of_the_first(
    make: MakeEngine, path: Path
) -> None:
    first = make(path)
    _write(first)
    assert _holds_locks(path)

    second = make(path)
    _write(second)
    second.dispose()
    del second

    assert _holds_locks(path)
    _run_neighbour(path)
    assert path.with_name(f"{path.name}-wal").exists()
    _write(first)
    first.dispose()
    _check(path, 4)


def test_a_neighbour_that_leaves_deletes_no_log_under_a_child(
    make: MakeEngine, path: Path
) -> None:
    engine = make(path)
    _write(engine)
    wal = path.with_name(f"{path.name}-wal")

    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            _write(engine)
            code = 0 if _holds_locks(path) else 2
            _run_neighbour(path)
            code = code or (0 if wal.exists() else 3)
            _write(engine)
        finally:
            os._exit(code)

    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    _write(engine)
    engine.dispose()
    _check(path, 5)


def test_a_child_that_closes_what_it_inherited_leaves_the_locks_of_its_parent(
    make: MakeEngine, path: Path
) -> None:
    engine = make(path)
    _write(engine)

    pid = os.fork()
    if pid == 0:
        engine.dispose()
        os.closerange(3, 4096)
        os._exit(0)
    os.waitpid(pid, 0)
    _write(engine)

    assert _holds_locks(path)
    _run_neighbour(path)
    _write(engine)
    engine.dispose()
    _check(path, 4)


def test_many_processes_that_start_and_end_at_once_keep_the_file_whole(
    make: MakeEngine, path: Path
) -> None:
    engine = make(path)
    _write(engine)
    pids = []
    for _ in range(6):
        pid = os.fork()
        if pid == 0:
            _come_and_go(make, path, engine)
        pids.append(pid)
        _write(engine)
    ends = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]

    engine.dispose()
    assert ends == [0] * 6
    _check(path, 1 + 6 + 6 * 40)


def _come_and_go(make: MakeEngine, path: Path, engine: sa.Engine) -> None:
    code = 1
    try:
        for _ in range(20):
            mine = make(path)
            _write(mine)
            mine.dispose()
            _write(engine)
        code = 0
    finally:
        os._exit(code)


def test_a_file_that_is_made_has_no_second_name(path: Path) -> None:
    make_file_engine(path, synchronous="FULL").dispose()

    assert [each.name for each in path.parent.iterdir()] == [path.name]
