"""Engines are made as the settings say, and options of a site win."""

import sys
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool, StaticPool

from carboy.db import DatabaseSettings, make_engine
from carboy.db.engines import count_in_use, count_slots
from carboy.errors import SettingsError
from carboy.install_source import make_install_command


def make(url: str, tmp_path: Any, options: Any = None, **told: Any) -> Any:
    settings = DatabaseSettings(**told)
    return make_engine(settings, {"url": url} | (options or {}), tmp_path)


def test_the_pool_has_a_place_for_each_thread(tmp_path) -> None:
    for url in ("sqlite:///x.db", "postgresql://h/n", "mysql://h/n"):
        engine = make(url, tmp_path)
        assert (engine.pool.size(), engine.pool._max_overflow) == (8, 4)
        assert make(url, tmp_path, pool_size=3).pool.size() == 3
        assert isinstance(make(url, tmp_path, pool_size=0).pool, NullPool)


@pytest.mark.parametrize(
    ("url", "module", "advice"),
    [
        ("postgresql://h/n", "psycopg", make_install_command("postgresql")),
        ("mysql://h/n", "pymysql", make_install_command("mysql")),
        ("postgresql+psycopg2://h/n", "psycopg2", "or write postgresql+psycopg://"),
    ],
)
def test_a_missing_driver_is_one_line_with_its_extra(
    monkeypatch, tmp_path, url, module, advice
) -> None:
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(SettingsError) as caught:
        make(url, tmp_path)

    assert advice in str(caught.value)
    assert module in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_database_is_named(tmp_path) -> None:
    with pytest.raises(SettingsError, match="begins with 'oracel'"):
        make("oracel://h/n", tmp_path)


def test_options_win(tmp_path) -> None:
    engine = make("postgresql://h/n", tmp_path, {"pool_size": 5, "echo": True})
    plain = make("postgresql://h/n", tmp_path, {"poolclass": NullPool})
    text = make("postgresql://h/n", tmp_path, {"pool_size": "6"})

    assert (engine.pool.size(), text.pool.size()) == (5, 6)
    assert engine.echo is True
    assert isinstance(plain.pool, NullPool)


def test_memory_is_shared_by_threads(tmp_path) -> None:
    engine = make("sqlite://", tmp_path)

    assert isinstance(engine.pool, StaticPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x)")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar() == 0
    engine.dispose()


def test_values_are_not_in_errors(tmp_path) -> None:
    assert make("sqlite://", tmp_path).hide_parameters is True


def test_limits_reach_the_servers(any_url, tmp_path) -> None:
    questions = {
        "sqlite": ("PRAGMA busy_timeout", 5000),
        "postgresql": ("SHOW statement_timeout", "5s"),
        "mysql": ("SELECT @@max_statement_time", 5.0),
    }
    engine = make(any_url, tmp_path)
    question, answer = questions[engine.dialect.name]

    with engine.connect() as connection:
        assert connection.scalar(sa.text(question)) == answer
    engine.dispose()
    free = make(any_url, tmp_path, statement_timeout=0)
    with free.connect() as connection:
        connection.scalar(sa.text("SELECT 1"))
    free.dispose()


def test_connections_of_all_kinds_of_pools_are_counted(tmp_path) -> None:
    file = make_engine(
        DatabaseSettings(pool_size=3), {"url": "sqlite:///g.db"}, tmp_path
    )
    memory = make_engine(DatabaseSettings(), {"url": "sqlite://"}, tmp_path)

    with file.connect():
        assert count_in_use([file, memory]) == 1
    assert count_in_use([file, memory]) == 0
    assert count_slots([file, memory]) == 3
    file.dispose()
    memory.dispose()
