"""A process and its child never use the same connection to a server."""

import os
from pathlib import Path

import pytest

from carboy.db import DatabaseSettings, make_engine

OWN = {
    "postgresql": "SELECT pg_backend_pid()",
    "mariadb": "SELECT connection_id()",
}


@pytest.mark.parametrize("server", OWN)
def test_a_child_opens_connections_of_its_own(
    request: pytest.FixtureRequest, tmp_path: Path, server: str
) -> None:
    url = request.getfixturevalue(f"fresh_{server}")
    engine = make_engine(DatabaseSettings(), {"url": url}, tmp_path)

    def find_connection() -> str:
        with engine.connect() as connection:
            return str(connection.exec_driver_sql(OWN[server]).scalar())

    # It waits in the pool, as after a query while a site is made.
    before = find_connection()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        for _ in range(2):
            os.write(writing, f"{find_connection()}\n".encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    os.close(writing)
    with os.fdopen(reading) as answers:
        first, second = answers.read().split()

    assert first == second != before
    # The end of the child did not end the connection of its parent.
    assert find_connection() == before
    engine.dispose()
