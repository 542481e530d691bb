"""Only what is plainly a read counts as one; every doubt counts as a write."""

import pytest

from carboy.db.engines.read_only import is_read_only, runs_outside_transaction


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1",
        "  select a.id, a.name from a where a.id = %(id_1)s::INTEGER",
        "SELECT count(*) FROM (SELECT 1) AS anon_1",
        "SELECT 'DELETE FROM x; my_call(1)' AS text",
        "SELECT lower(a), coalesce(b, 0) FROM t WHERE a IN (?, ?)",
        "WITH x AS (SELECT 1) SELECT * FROM x",
        "SELECT 'it''s' FROM t WHERE \"na\"\"me\" = %s AND a % 2 = 0;",
        "SELECT pg_catalog.lower(a), count(*) FILTER (WHERE a > 1.5e3) FROM t",
        "SELECT CAST(a AS VARCHAR(20)) FROM t",
        "SELECT `on`, t.`order` FROM t ORDER BY `on`",
        "PRAGMA journal_mode",
        "SHOW statement_timeout",
    ],
)
def test_plain_reads_are_reads(statement) -> None:
    assert is_read_only(statement)


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
        "SELECT '--', nextval('s')",
        "SELECT '/*', nextval('s'), '*/'",
        'SELECT "DoWork"(1)',
        'SELECT "DoWork" (1)',
        'SELECT public."DoWork"(1)',
        "SELECT public.lower('a')",
        "SELECT other.pg_catalog.lower('a')",
        "SELECT * FROM t WHERE note = '--' FOR UPDATE",
        "SELECT * FROM t WHERE note = '/*' FOR UPDATE -- */",
        "SELECT $$'$$, nextval('s'), $$'$$",
        "SELECT $a$'$a$, nextval('s'), $a$'$a$",
        "SELECT `it's`, nextval('s') AS `it's` FROM t",
        "SELECT E'\\'', nextval('s'), '\\''",
        "SELECT e'', 1",
        "SELECT 1 # ' \n, nextval('s') # '",
        "SELECT 1 /*!, nextval('s') */",
        "/* insert */ SELECT 1 -- update",
        "SELECT 1; DROP TABLE t",
        "SELECT @a := 1",
        "SELECT NEXT VALUE FOR s",
        "SELECT s.nextval",
        "SELECT s.`nextval`",
        'SELECT s."nextval"',
        "SELECT `DoWork`(1)",
        "SELECT `a b`",
        "SELECT lower('a')(1)",
        "SELECT 'unfinished",
        "SELECT 1\0",
        "SELECT\u00a01",
        "EXPLAIN (ANALYZE) SELECT 1",
        "EXPLAIN EXECUTE x",
        "PRAGMA user_version = 5",
        "PRAGMA optimize",
    ],
)
def test_writes_and_doubts_are_not_reads(statement) -> None:
    assert not is_read_only(statement)


def test_statements_outside_of_transactions() -> None:
    assert runs_outside_transaction("PRAGMA foreign_keys=OFF")
    assert runs_outside_transaction("  vacuum")
    assert runs_outside_transaction("BEGIN IMMEDIATE")
    assert runs_outside_transaction("-- first\n /* then */ COMMIT;")
    assert not runs_outside_transaction("COMMIT; INSERT INTO t VALUES (1)")
    assert not runs_outside_transaction("/*! INSERT INTO t VALUES (1) */ COMMIT")
    assert not runs_outside_transaction("INSERT INTO t VALUES (1)")
