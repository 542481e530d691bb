"""The settings determine the store."""

import pytest
from flask import Flask
from redis import Redis

from carboy.cache import Cache, CacheSettings
from carboy.cache.make_service import make_service, open_cache_store, redis_source
from carboy.db import SQLAlchemy
from carboy.stores import FileStore, MemoryStore
from carboy.stores.null import NullStore
from carboy.stores.redis import RedisStore


@pytest.mark.parametrize(
    ("config", "url"),
    [
        ({}, "redis://localhost:6379/0"),
        ({"HOST": "r", "PORT": "7", "DB": 2}, "redis://r:7/2"),
        ({"HOST": "redis://r:8/1"}, "redis://r:8/1"),
        ({"PASSWORD": "a@b/c"}, "redis://:a%40b%2Fc@localhost:6379/0"),
        (
            {"SENTINELS": [("a", 1), "b:2"], "SENTINEL_MASTER": "m", "DB": 3},
            "redis+sentinel://a:1,b:2/m/3",
        ),
        ({"URL": "redis://r:9/4", "HOST": "x"}, "redis://r:9/4"),
        ({"CLUSTER": "a:1, b:2", "PASSWORD": "p"}, "redis+cluster://:p@a:1,b:2"),
    ],
)
def test_the_url_of_a_redis_is_built_from_its_parts(config, url):
    values = {f"CACHE_REDIS_{name}": value for name, value in config.items()}

    assert redis_source(CacheSettings.read(values)) == url


def test_the_old_redis_types_select_sentinel_and_cluster():
    sentinel = CacheSettings(type="RedisSentinelCache")
    cluster = CacheSettings(type="RedisClusterCache")

    assert redis_source(sentinel) == "redis+sentinel://localhost:26379/mymaster/0"
    assert redis_source(cluster) == "redis+cluster://localhost:6379"


def test_the_host_may_be_a_client_of_redis_py(sites, fresh_redis):
    client = Redis.from_url(fresh_redis)
    app, cache = sites.make({"CACHE_TYPE": "redis", "CACHE_REDIS_HOST": client})
    with app.app_context():
        cache.set("key", 1)

        assert cache.get("key") == 1
    assert client.exists("cache:key")
    client.close()


def test_each_type_has_its_store(tmp_path, clock):
    app = Flask("shop", instance_path=str(tmp_path))

    def kind(**values):
        return type(open_cache_store(CacheSettings(**values), app, clock))

    assert kind() is kind(type="simple") is kind(url="memory://") is MemoryStore
    assert kind(type="null") is NullStore
    assert kind(type="file") is kind(url=f"file://{tmp_path}/x") is FileStore


def test_the_redis_url_is_used_for_the_type_redis_only(tmp_path, clock):
    """Settings for tests often override `CACHE_TYPE` alone."""
    app = Flask("shop", instance_path=str(tmp_path))

    def kind(written):
        values = {"CACHE_REDIS_URL": "redis://localhost:1/0", **written}
        return type(open_cache_store(CacheSettings.read(values), app, clock))

    assert kind({}) is kind({"CACHE_TYPE": "RedisCache"}) is RedisStore
    assert kind({"CACHE_TYPE": "simple"}) is MemoryStore
    assert kind({"CACHE_TYPE": "filesystem"}) is FileStore
    assert kind({"CACHE_TYPE": "null"}) is NullStore
    assert kind({"CACHE_TYPE": "redis", "CACHE_URL": "memory://"}) is MemoryStore


def test_a_file_cache_is_in_the_instance_folder(tmp_path, clock):
    app = Flask("shop", instance_path=str(tmp_path))
    store = open_cache_store(CacheSettings(type="file"), app, clock)
    store.set("key", b"1")

    assert (tmp_path / "cache").is_dir()


def test_memory_evicts_the_oldest_values(clock):
    app = Flask("shop")
    service = make_service(CacheSettings(threshold=3), app, clock)
    for number in range(5):
        service.set(f"{number}", number)

    assert list(service.get_many("01234")) == ["2", "3", "4"]


def test_tags_are_not_evicted_by_values(clock):
    service = make_service(CacheSettings(threshold=3), Flask("shop"), clock)
    service.set("a", 1, tags=["t"])
    for number in range(2):
        service.set(f"{number}", number)

    assert service.get("a") is not None


def test_values_may_be_in_the_database_of_the_site(sites, tmp_path):
    app = Flask("shop", instance_path=str(tmp_path))
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{tmp_path}/site.sqlite"
    db = SQLAlchemy(app)
    sites.apps.append(app)
    cache = Cache(app, config={"CACHE_TYPE": "sqlalchemy", "CACHE_TABLE": "cache_rows"})
    with app.app_context():
        cache.set("key", 1)

        assert cache.get("key") == 1
        with db.engine.connect() as connection:
            assert (
                connection.exec_driver_sql("SELECT count(*) FROM cache_rows").scalar()
                == 1
            )
        db.engine.dispose()
