"""Old and new names of a setting mean the same."""

import pytest

from carboy.cache import CacheSettings
from carboy.errors import SettingsError


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("memory", "memory"), ("simple", "memory"), ("SimpleCache", "memory"),
        ("flask_caching.backends.SimpleCache", "memory"), ("redis", "redis"),
        ("RedisCache", "redis"), ("flask_caching.backends.RedisCache", "redis"),
        ("flask_caching.backends.rediscache.RedisCache", "redis"),
        ("RedisSentinelCache", "redis"), ("RedisClusterCache", "redis"),
        ("redissentinel", "redis"), ("filesystem", "file"), ("file", "file"),
        ("FileSystemCache", "file"), ("null", "null"), ("NullCache", "null"),
        ("", "null"), (None, "memory"), ("database", "database"),
        ("sqlalchemy", "database"),
    ],
)  # fmt: skip
def test_type_names(written, kind):
    assert CacheSettings.read({"CACHE_TYPE": written}).kind == kind


@pytest.mark.parametrize("written", ["memcached", "MemcachedCache", "uwsgi", "x"])
def test_other_types_are_refused_with_advice(written):
    with pytest.raises(SettingsError, match=f"CACHE_TYPE = '{written}'.*redis"):
        _ = CacheSettings.read({"CACHE_TYPE": written}).kind


def test_old_names_are_read():
    settings = CacheSettings.read({
        "CACHE_DEFAULT_TIMEOUT": "60", "CACHE_REDIS_URL": "redis://x/1",
        "CACHE_KEY_PREFIX": "p", "CACHE_THRESHOLD": 7, "CACHE_IGNORE_ERRORS": True,
        "CACHE_NO_NULL_WARNING": True, "CACHE_DIR": "folder",
    })  # fmt: skip

    assert (settings.timeout, settings.redis_url) == (60, "redis://x/1")
    assert settings.kind == "redis"
    assert (settings.key_prefix, settings.threshold) == ("p", 7)


def test_a_password_is_not_shown():
    settings = CacheSettings.read({"CACHE_REDIS_PASSWORD": "geheim"})

    assert "geheim" not in repr(settings)


def test_a_time_below_zero_is_refused():
    with pytest.raises(SettingsError, match="CACHE_TIMEOUT = -1"):
        CacheSettings.read({"CACHE_TIMEOUT": -1})
