"""After aborts, rollbacks and kills at random moments, files and rows fit together.

`make prove-uploads` runs a thousand of each; here are a few.
"""

import multiprocessing
import os
import random
import secrets
import time

import pytest
from sqlalchemy import text

from carboy.uploads.sweep import find_dangling, find_orphans, sweep
from tests.uploads import transactions
from tests.uploads.transactions import run_forever, run_transaction

# Forked from a process that has imported everything.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([transactions.__name__])
ROUNDS = int(os.environ.get("UPLOADS_PROOF_ROUNDS", "12"))
CONNECTIONS = {
    "postgresql": "SELECT pid FROM pg_stat_activity WHERE datname = current_database()",
    "mysql": "SELECT id FROM information_schema.processlist WHERE db = database()",
}
CONNECTIONS["mariadb"] = CONNECTIONS["mysql"]
KILLS = int(os.environ.get("UPLOADS_PROOF_KILLS", "2"))


def list_findings(shop):
    """Return what does not fit together now; nothing else is running."""
    with shop.app.app_context():
        state = shop.app.extensions["carboy_uploads"]
        columns = state.list_columns()
        found = find_orphans(state, columns, older_than=0)
        return found.orphans, find_dangling(state, columns)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def url(request, tmp_path):
    """An empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/shop.sqlite"
    return request.getfixturevalue(f"fresh_{request.param}")


def test_aborted_and_rolled_back_transactions_leave_nothing(make_shop, url):
    """Without a kill there is nothing to sweep at any time."""
    shop = make_shop(url)
    [seed] = make_seeds(1)
    choice = random.Random(seed)

    for number in range(ROUNDS):
        run_transaction(shop, choice, number)

    assert list_findings(shop) == ([], []), seed
    assert not [key for key in shop.list_files() if key.startswith(".")]


def test_killed_processes_leave_nothing_after_a_sweep(make_shop, tmp_path, url):
    """No row ever names a file that is not there; files of killed processes go."""
    shop = make_shop(url)
    for seed in make_seeds(KILLS):
        others = list_connections(shop)
        kill_worker(tmp_path, url, seed)
        wait_for_the_server(shop, others)

        assert list_findings(shop)[1] == [], seed
        with shop.app.app_context():
            state = shop.app.extensions["carboy_uploads"]
            sweep(state, state.list_columns(), older_than=0)
        assert list_findings(shop) == ([], [])
        assert not [key for key in shop.list_files() if key.startswith(".")]


def kill_worker(folder, url, seed):
    """Kill a process after some transactions, in the middle of another one."""
    receiver, sender = CONTEXT.Pipe(duplex=False)
    arguments = (str(folder), url, seed, sender)
    worker = CONTEXT.Process(target=run_forever, args=arguments)
    worker.start()
    sender.close()
    for _ in range(1 + seed % 10):
        assert receiver.poll(60)
        receiver.recv()
    time.sleep(seed % 97 / 5000)
    worker.kill()
    worker.join()
    worker.close()
    receiver.close()


def list_connections(shop):
    """Return what the database server calls its connections; SQLite has none."""
    with shop.app.app_context():
        dialect = shop.db.engine.dialect.name
        if dialect not in CONNECTIONS:
            return set()
        with shop.db.engine.connect() as connection:
            return set(connection.scalars(text(CONNECTIONS[dialect])))


def wait_for_the_server(shop, others):
    """Wait until a server has ended what a killed process had asked for.

    A commit that was sent before the kill may come true after it.
    """
    deadline = time.monotonic() + 60
    while list_connections(shop) - others:
        assert time.monotonic() < deadline, "the connection is still there"
        time.sleep(0.01)


def make_seeds(count):
    """Return different seeds in each run; a failure shows the one that it had."""
    return [secrets.randbelow(10**6) for _ in range(count)]
