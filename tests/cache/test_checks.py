"""Settings that do less than they seem to are reported before the site is served."""

import pytest
from flask import Flask

from carboy.cache import Cache
from carboy.core import registry_of, run_checks


def find(**config):
    app = Flask("shop")
    Cache(app, config=config)
    return [check.id for check in run_checks(app, registry_of(app).checkers)]


def test_a_usual_site_has_no_warnings():
    assert find() == find(CACHE_TYPE="simple") == []


def test_null_is_a_warning():
    assert find(CACHE_TYPE="null") == ["cache.W001"]
    assert find(CACHE_TYPE="null", CACHE_NO_NULL_WARNING=True) == []


def test_memory_in_production_is_a_warning():
    assert find(PROFILE="production") == ["cache.W002"]
    assert find(PROFILE="production", CACHE_URL="redis://localhost") == []


@pytest.mark.parametrize(
    "name", ["CACHE_OPTIONS", "CACHE_SERIALIZER", "CACHE_MEMCACHED_SERVERS"]
)
def test_a_setting_without_effect_is_a_warning(name):
    assert find(**{name: ["x"]}) == ["cache.W003"]
