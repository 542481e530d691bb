"""A URL opens its store, and a wrong one is refused with valid examples."""

import subprocess
import sys

import pytest
import sqlalchemy as sa

from carboy.errors import ConfigError, SettingsError
from carboy.stores import (
    FileStore,
    MemoryStore,
    PrefixedStore,
    open_site_store,
    open_store,
)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("memory://", "MemoryStore"),
        ("file:///tmp/some/folder", "FileStore"),
        ("redis://localhost:1/0", "RedisStore"),
        ("rediss://localhost:1/0", "RedisStore"),
        ("unix:///tmp/redis.sock", "RedisStore"),
        ("redis+sentinel://a:1,b:2/service/1", "RedisStore"),
        ("redis+cluster://user:pass@a:1,b:2", "RedisStore"),
        ("sqlite:///stores.sqlite", "DatabaseStore"),
        ("postgresql://u:p@localhost/x", "DatabaseStore"),
        ("mysql+pymysql://u:p@localhost/x", "DatabaseStore"),
        ("mariadb://u:p@localhost/x", "DatabaseStore"),
    ],
)
def test_a_store_connects_when_it_is_first_used(url, kind):
    store = open_store(url)

    assert type(store).__name__ == kind
    store.close()


def test_a_folder_with_spaces(tmp_path):
    store = open_store(f"file://{tmp_path}/a%20b")
    store.set("key", b"1")

    assert isinstance(store, FileStore)
    assert (tmp_path / "a b").is_dir()


def test_a_prefix_returns_a_part_of_the_store():
    store = open_store("memory://", prefix="shop:")

    assert isinstance(store, PrefixedStore)
    assert isinstance(store.store, MemoryStore)


@pytest.mark.parametrize(
    "url", ["", "redis", "http://x", "file://", "memcached://x", "unix+sentinel://x/s"]
)
def test_a_wrong_url_is_refused_with_examples(url):
    with pytest.raises(SettingsError, match=r"is not that of a store. Use memory"):
        open_store(url)


def test_the_error_about_a_wrong_url_does_not_contain_its_password():
    with pytest.raises(SettingsError) as caught:
        open_store("amqp://user:hunter2@host/")

    assert "hunter2" not in str(caught.value)


def test_a_sentinel_url_without_service_is_refused():
    with pytest.raises(SettingsError, match="does not name the service"):
        open_store("redis+sentinel://a:26379/")


def test_a_database_inside_the_process_is_refused():
    store = open_store("sqlite://")

    with pytest.raises(ConfigError, match="use memory://"):
        store.get("key")


def test_unused_drivers_are_not_imported():
    script = (
        "import sys, carboy.stores as s; s.open_store('memory://'); "
        "print([m for m in ('redis', 'sqlalchemy', 'psycopg') if m in sys.modules])"
    )
    process = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert process.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("url", "database", "kind"),
    [
        ("", None, "MemoryStore"),
        ("", "sqlite://", "MemoryStore"),
        ("", "sqlite:///{}/site.db", "DatabaseStore"),
        ("file://{}/store", "sqlite:///{}/site.db", "FileStore"),
    ],
)
def test_a_battery_shares_the_database_of_its_site_unless_it_has_a_url(
    url, database, kind, tmp_path
):
    engine = database and sa.create_engine(database.format(tmp_path))

    store = open_site_store(url.format(tmp_path), lambda: engine, "battery")

    assert type(store).__name__ == kind
    store.set("key", b"1")
    if kind == "DatabaseStore":
        assert sa.inspect(engine).has_table("battery")
    if engine is not None:
        engine.dispose()
