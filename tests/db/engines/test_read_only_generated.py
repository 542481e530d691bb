"""No generated text that counts as a read writes, locks or calls anything unknown."""

import sqlite3
from collections.abc import Iterator

import psycopg
import pymysql
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies as st

from carboy.db.engines.read_only import is_read_only

# Pieces that a lexer may end or begin a text, a comment or a name at.
PIECES = [
    *("'", "''", '"', '""', "`", "``", "$$", "$a$", "\\", "\\'", "E'", "e'", "U&'"),
    *("--", "--\n", "/*", "*/", "/*!", "/*M!", "#", "\n", " ", ";", ",", "(", ")"),
    *("1", "a", "1 AS x", "'a'", '"a"', "'--'", "'/*'", "'*/'", "''''", "%", "||"),
    *("FROM t", "WHERE", "AND", "id", "note = 'x'", "lower('a')", "count(*)"),
]
EFFECTS = {
    "postgresql": [
        "nextval('s')",
        'nextval ("s")',
        '"DoWork"(1)',
        'public."DoWork" ( 1 )',
        "dowork(1)",
        "public.dowork(1)",
        "setval('s', 5)",
        "(SELECT id FROM t LIMIT 1 FOR UPDATE)",
    ],
    "mariadb": [
        "nextval(s)",
        "NEXT VALUE FOR s",
        "`dowork`(1)",
        "dowork(1)",
        "dowork (1)",
        "(SELECT id FROM t LIMIT 1 FOR UPDATE)",
    ],
    "sqlite": ["dowork(1)", '"dowork"(1)', "`dowork`(1)", "[dowork](1)"],
}
generated = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@st.composite
def statements(draw: st.DrawFn, kind: str) -> str:
    """Return a text in which effects stand between pieces that may hide them."""
    effects = st.sampled_from(EFFECTS[kind])
    pieces = st.lists(st.sampled_from(PIECES), max_size=4).map("".join)
    items = draw(st.lists(st.tuples(pieces, effects, pieces), min_size=1, max_size=3))
    columns = ", ".join(f"{before}{effect}{after}" for before, effect, after in items)
    end = draw(st.sampled_from(["", " FROM t", " FROM t WHERE note = '--' FOR UPDATE"]))
    return f"SELECT {columns}{end}"


@pytest.mark.parametrize("kind", sorted(EFFECTS))
def test_an_effect_between_plain_columns_is_never_a_read(kind) -> None:
    quotes = ("1", "'--'", "'/*'", "''''", '"a"')
    for effect in EFFECTS[kind]:
        for before in quotes:
            for after in quotes:
                columns = ", ".join((before, effect, after))
                text = f"SELECT {columns} FROM t"  # noqa: S608 - made here
                assert not is_read_only(text), text


@pytest.fixture
def postgresql(fresh_postgresql) -> Iterator[psycopg.Connection]:
    url = sa.make_url(fresh_postgresql).set(drivername="postgresql")
    address = url.render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE t (id INTEGER, a INTEGER, note TEXT)")
        connection.execute("INSERT INTO t VALUES (1, 1, '--')")
        connection.execute("CREATE SEQUENCE s")
        for name in ('"DoWork"', "dowork"):
            connection.execute(
                f"CREATE FUNCTION {name}(INTEGER) RETURNS INTEGER LANGUAGE SQL AS "  # noqa: S608 - names of this file
                "$$INSERT INTO t VALUES (2, 2, NULL) RETURNING 1$$"
            )
        connection.execute("SET default_transaction_read_only = on")
        yield connection


@generated
@given(text=statements("postgresql"))
def test_postgresql_finds_no_effect_in_a_read(postgresql, text) -> None:
    """A read-only transaction of PostgreSQL refuses writes, sequences and row locks."""
    if not is_read_only(text):
        return
    try:
        postgresql.execute(text.encode())
    except psycopg.errors.ReadOnlySqlTransaction:
        pytest.fail(f"counted as a read: {text!r}")
    except psycopg.Error:
        pass  # not valid SQL


@pytest.fixture
def mariadb(fresh_mariadb) -> Iterator[pymysql.Connection]:
    url = sa.make_url(fresh_mariadb)
    options = {"host": url.host, "port": url.port, "user": url.username}
    connection = pymysql.connect(
        **{key: value for key, value in options.items() if value},
        password=url.password or "",
        database=url.database,
        unix_socket=url.query.get("unix_socket"),
        autocommit=True,
    )
    with connection, connection.cursor() as cursor:
        cursor.execute("CREATE TABLE t (id INTEGER, a INTEGER, note TEXT)")
        cursor.execute("CREATE SEQUENCE s")
        cursor.execute(
            "CREATE FUNCTION dowork(x INTEGER) RETURNS INTEGER BEGIN "
            "INSERT INTO t VALUES (2, 2, NULL); RETURN 1; END"
        )
        yield connection


@generated
@given(text=statements("mariadb"))
def test_mariadb_finds_no_effect_in_a_read(mariadb, text) -> None:
    """What is written is seen by the sequence and the table."""
    if not is_read_only(text):
        return
    with mariadb.cursor() as cursor:
        before = count_effects(cursor)
        try:
            cursor.execute(text)
            cursor.fetchall()
        except pymysql.err.Error:
            return  # not valid SQL
        assert count_effects(cursor) == before, text


def count_effects(cursor: pymysql.cursors.Cursor) -> object:
    cursor.execute("SELECT next_not_cached_value, (SELECT count(*) FROM t) FROM s")
    return cursor.fetchall()


@generated
@given(text=statements("sqlite"))
def test_sqlite_finds_no_effect_in_a_read(text) -> None:
    if not is_read_only(text):
        return
    calls: list[int] = []
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (id INTEGER, a INTEGER, note TEXT)")
    connection.create_function("dowork", 1, calls.append)
    try:
        connection.execute(text).fetchall()
    except sqlite3.Error:
        pass  # not valid SQL
    finally:
        connection.close()
    assert not calls, text


@generated
@given(text=st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join))
def test_what_counts_as_a_read_is_lexed_alike_by_sqlite(text) -> None:
    """Its authorizer, which sees what SQLite understood, is asked for reads only."""
    statement = f"SELECT {text}"
    if not is_read_only(statement):
        return
    reads = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
    actions: list[int] = []
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (id INTEGER, a INTEGER, note TEXT)")
    connection.set_authorizer(lambda action, *_: actions.append(action) or 0)
    try:
        connection.execute(statement)
    except sqlite3.Error:
        pass  # not valid SQL
    finally:
        connection.close()
    assert set(actions) <= reads, statement
