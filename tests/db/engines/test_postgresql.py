"""Connections of PostgreSQL end with the pool that held them, and say nothing."""

import gc
import os
import time
import warnings

import psycopg

from carboy.db import DatabaseSettings, make_engine

COUNT = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
NUMBER = "SELECT pg_backend_pid()"


def make(url, folder, **options):
    return make_engine(DatabaseSettings(), {"url": url, **options}, folder)


def count_connections(url):
    """Count those of the database beside the one that asks."""
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(COUNT).fetchone()[0] - 1


def wait_until(is_true):
    """The server needs a moment to notice."""
    deadline = time.monotonic() + 30
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_the_pool_of_an_engine_that_is_gone_is_closed_silently(
    fresh_postgresql, tmp_path
):
    engine = make(fresh_postgresql, tmp_path)
    with engine.connect() as one, engine.connect() as other:
        one.exec_driver_sql(NUMBER)
        other.exec_driver_sql(NUMBER)
    assert count_connections(fresh_postgresql) == 2

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        del engine, one, other
        gc.collect()

    wait_until(lambda: count_connections(fresh_postgresql) == 0)


def test_a_detached_connection_outlives_its_engine(fresh_postgresql, tmp_path):
    engine = make(fresh_postgresql, tmp_path)
    connection = engine.raw_connection()
    connection.detach()
    detached = connection.dbapi_connection

    del engine, connection
    gc.collect()

    assert detached.execute("SELECT 1").fetchone() == (1,)
    detached.close()


def test_a_child_that_drops_the_pool_leaves_the_connection_to_its_parent(
    fresh_postgresql, tmp_path
):
    engine = make(fresh_postgresql, tmp_path)
    connection = engine.raw_connection()
    before = ask(connection)
    child = os.fork()
    if child == 0:
        connection.detach()
        del connection
        gc.collect()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0

    assert ask(connection) == before
    connection.close()
    engine.dispose()


def ask(connection):
    cursor = connection.cursor()
    cursor.execute(NUMBER)
    return cursor.fetchone()[0]


def test_a_class_of_somebody_s_own_stays(fresh_postgresql, tmp_path):
    class Own(psycopg.Connection):
        pass

    engine = make(
        "postgresql+psycopg://", tmp_path, creator=lambda: Own.connect(fresh_postgresql)
    )

    with engine.connect() as connection:
        assert type(connection.connection.dbapi_connection) is Own
    engine.dispose()
