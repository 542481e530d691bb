"""Whether a statement reads is told right, and in doubt it counts as a write."""

import pytest

from carboy.db.engines.read_only import is_apart, is_plain_read


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "  select a.id, a.name from a where a.id = %(id_1)s::INTEGER",
        "SELECT count(*) FROM (SELECT 1) AS anon_1",
        "SELECT 'DELETE FROM x; my_call(1)' AS text",
        "SELECT lower(a), coalesce(b, 0) FROM t WHERE a IN (?, ?)",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "/* insert */ SELECT 1 -- update",
        "SELECT CAST(a AS VARCHAR(20)) FROM t",
        "PRAGMA journal_mode",
        "SHOW statement_timeout",
    ],
)
def test_reads(statement) -> None:
    assert is_plain_read(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO t VALUES (1)",
        "update t set a = 1",
        "SELECT * FROM t FOR UPDATE",
        "SELECT * INTO x FROM t",
        "SELECT nextval('s')",
        "SELECT pg_advisory_xact_lock(1)",
        "SELECT my_function(1)",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "EXPLAIN ANALYZE DELETE FROM t",
        "SAVEPOINT a",
        "SET LOCAL statement_timeout = 0",
        "CREATE TABLE x (id INTEGER)",
        "CALL p()",
        "DO $$ BEGIN END $$",
        "",
    ],
)
def test_writes_and_doubts(statement) -> None:
    assert not is_plain_read(statement)


def test_what_stands_apart() -> None:
    assert is_apart("PRAGMA foreign_keys=OFF")
    assert is_apart("  vacuum")
    assert is_apart("BEGIN IMMEDIATE")
    assert not is_apart("INSERT INTO t VALUES (1)")
