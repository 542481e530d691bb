"""A table is a store beside those of a site, and survives a restart of its server."""

import os

import pytest
import sqlalchemy as sa

from carboy.errors import UnavailableError
from carboy.stores import open_database, open_store
from carboy.stores.database import DatabaseStore, make_engine

from .test_contract import wait_until


def test_an_engine_or_a_function_that_returns_one_is_accepted(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path}/site.sqlite")
    one = open_database(engine, table="one")
    other = open_database(lambda: engine, table="other")

    one.set("key", b"1")
    other.set("key", b"2")

    assert (one.get("key"), other.get("key")) == (b"1", b"2")
    assert set(sa.inspect(engine).get_table_names()) == {"one", "other"}
    one.close()
    assert one.get("key") == b"1"
    engine.dispose()


def test_a_site_may_create_the_table_by_migrations(tmp_path):
    engine = make_engine(sa.make_url(f"sqlite:///{tmp_path}/site.sqlite"))
    metadata = sa.MetaData()
    DatabaseStore.make_table(metadata, "kept")
    metadata.create_all(engine)

    store = DatabaseStore(engine, table="kept")
    store.set("key", b"1", ttl=60)

    assert store.get("key") == b"1"
    engine.dispose()


def test_mariadb_stores_large_values_and_compares_keys_by_bytes(fresh_mariadb):
    store = DatabaseStore(fresh_mariadb)
    store.set("Key", b"x" * 70_000)
    store.set("key", b"1")

    with store._connect() as connection:
        kinds = dict(
            connection.exec_driver_sql(
                "SELECT column_name, column_type FROM information_schema.columns "
                "WHERE table_name = 'carboy_store' AND table_schema = database()"
            ).all()
        )
    assert (kinds["value"], kinds["key"]) == ("longblob", "varbinary(255)")
    assert len(store.get("Key") or b"") == 70_000
    store.close()


def test_a_child_leaves_connections_to_its_parent(fresh_postgresql):
    store = DatabaseStore(fresh_postgresql)
    store.set("key", b"1")
    engine = store._get_engine()

    child = os.fork()
    if child == 0:
        os._exit(engine.pool.checkedin())

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert engine.pool.checkedin() == 1
    store.close()


def test_sqlite_is_configured_for_several_writers(tmp_path):
    store = DatabaseStore(f"sqlite:///{tmp_path}/stores.sqlite")
    with store._connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout")
        ]
    store.close()

    assert pragmas == ["wal", 1, 5000]


def test_expired_entries_are_purged_by_writes(tmp_path, clock, monkeypatch):
    monkeypatch.setattr("carboy.stores.database.PURGE_EVERY", 5)
    store = DatabaseStore(f"sqlite:///{tmp_path}/stores.sqlite", clock=clock)
    store.set_many({"a": b"1", "b": b"1"}, ttl=5)
    clock.advance(10)
    store.set_many({"c": b"1", "d": b"1", "e": b"1"})

    with store._connect() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM carboy_store").scalar()
    store.close()

    assert count == 3


def test_a_missing_folder_of_a_database_is_unavailable(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/missing/stores.sqlite")

    with pytest.raises(UnavailableError, match="unable to open database file"):
        store.get("key")


@pytest.mark.parametrize("kind", ["postgresql", "mariadb"])
def test_a_restarted_server_is_used_again_without_a_new_process(request, kind):
    server = request.getfixturevalue(f"private_{kind}")
    store = open_store(server.url)
    store.set("key", b"kept")

    server.kill()
    with pytest.raises(UnavailableError, match="does not answer"):
        store.get("key")
    with pytest.raises(UnavailableError, match="does not answer"):
        store.set("key", b"lost")
    server.start()
    wait_until(lambda: answers(store), 2)

    assert store.get("key") == b"kept"
    assert store.incr("count") == 1
    store.close()


def answers(store):
    try:
        store.ping()
    except UnavailableError:
        return False
    return True


def test_a_value_is_stored_in_a_transaction_of_the_caller(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path}/site.db")
    store = DatabaseStore(engine)
    store.set("key", b"old")

    with engine.connect() as connection:
        store.set_within(connection, "key", b"new", 60)
        connection.rollback()
    assert store.get("key") == b"old"
    with engine.begin() as connection:
        store.set_within(connection, "key", b"new", 60)

    assert store.get("key") == b"new"
    assert 0 < store.expires_in("key") <= 60
    assert store.uses_engine(engine)
    assert not store.uses_engine(sa.create_engine("sqlite://"))
    engine.dispose()
