"""Dropping a tag invalidates what was stored before, and nothing after."""

import pytest

from carboy.cache.entry import VALUE
from carboy.cache.service import CacheDefaults, CacheService, Encoded, StoreOptions
from carboy.errors import UnavailableError
from carboy.stores import MemoryStore, PrefixedStore, pack


@pytest.fixture(params=["local", "shared"])
def service(request, clock):
    store = MemoryStore(clock=clock)
    if request.param == "shared":
        store = PrefixedStore(store, "")
    return CacheService(
        store, clock=clock, defaults=CacheDefaults(timeout=100, stale=50)
    )


def save(service, *tags, **options):
    tag_versions = service.tag_versions(tags)
    encoded = Encoded(VALUE, pack("computed"))
    return service.save("key", encoded, StoreOptions(**options), tag_versions)


def test_an_entry_is_stale_for_a_while_after_its_timeout(service, clock):
    save(service)
    assert service.find_fresh("key").unpack() == "computed"

    clock.advance(100)
    assert service.find_fresh("key") is None
    assert service.get("key").unpack() == "computed"

    clock.advance(50)
    assert service.get("key") is None


def test_a_timeout_of_zero_means_until_deleted(service, clock):
    save(service, timeout=0)
    clock.advance(10**9)

    assert service.find_fresh("key") is not None


def test_a_tag_dropped_during_the_computation_counts(service):
    tag_versions = service.tag_versions(["t"])
    service.drop_tags(["t"])
    service.save("key", Encoded(VALUE, pack(1)), StoreOptions(), tag_versions)

    assert service.get("key") is None
    assert service.get("key", "t") is None


def test_a_known_tag_is_read_with_the_entry(service):
    save(service, "t")
    assert service.get("key", "t") is not None
    assert service.get("key", "other") is not None

    service.drop_tags(["t"])
    assert service.get("key", "t") is None
    assert service.get("nothing", "t") is None


def test_a_tag_version_lasts_until_it_is_dropped(service):
    first = service.tag_versions(["a", "b"])

    assert service.tag_versions(["b", "a"]) == first

    service.drop_tags(["a"])
    second = service.tag_versions(["a", "b"])
    assert (second["a"] != first["a"], second["b"] == first["b"]) == (True, True)


def test_concurrent_first_uses_of_a_tag_get_one_version(service):
    key = service._tag_key("t")
    version = service._create_version(key)

    assert service._create_version(key) == version


def test_an_error_while_closing_the_store_is_ignored(clock):
    class Stuck(MemoryStore):
        def close(self):
            raise UnavailableError("It is stuck.")

    CacheService(Stuck(), clock=clock).close()


@pytest.mark.parametrize("timeout", [-1, -0.5])
def test_a_negative_timeout_means_expired(service, timeout):
    service.set("a", "old")
    assert service.set("a", "new", timeout) is True
    service.set("b", "old")
    assert service.set_many({"b": "new", "c": "new"}, timeout) is True
    assert service.add("d", "new", timeout) is True
    save(service, timeout=timeout)

    assert service.get_many(["a", "b", "c", "d", "key"]) == {}
    service.set("d", "old")
    assert service.add("d", "new", timeout) is False
