"""Tags stand for what was kept under them, and not for what is made after."""

import pytest

from carboy.cache.entry import VALUE
from carboy.cache.service import CacheService, Habits, Made, Terms
from carboy.errors import UnavailableError
from carboy.stores import MemoryStore, PrefixedStore, pack


@pytest.fixture(params=["local", "shared"])
def service(request, clock):
    store = MemoryStore(clock=clock)
    if request.param == "shared":
        store = PrefixedStore(store, "")
    return CacheService(store, clock=clock, habits=Habits(timeout=100, stale=50))


def keep(service, *tags, **terms):
    versions = service.versions(tags)
    made = Made(VALUE, pack("made"))
    return service.keep("key", made, Terms(**terms), versions)


def test_what_is_over_its_time_is_stale_for_a_while(service, clock):
    keep(service)
    assert service.find_fresh("key").unpack() == "made"

    clock.advance(100)
    assert service.find_fresh("key") is None
    assert service.get("key").unpack() == "made"

    clock.advance(50)
    assert service.get("key") is None


def test_a_time_of_zero_is_for_ever(service, clock):
    keep(service, timeout=0)
    clock.advance(10**9)

    assert service.find_fresh("key") is not None


def test_a_drop_between_the_look_and_the_end_counts(service):
    versions = service.versions(["t"])
    service.drop_tags(["t"])
    service.keep("key", Made(VALUE, pack(1)), Terms(), versions)

    assert service.get("key") is None
    assert service.get("key", "t") is None


def test_a_known_tag_is_asked_for_on_the_way(service):
    keep(service, "t")
    assert service.get("key", "t") is not None
    assert service.get("key", "other") is not None

    service.drop_tags(["t"])
    assert service.get("key", "t") is None
    assert service.get("nothing", "t") is None


def test_a_version_stays_until_it_is_dropped(service):
    first = service.versions(["a", "b"])

    assert service.versions(["b", "a"]) == first

    service.drop_tags(["a"])
    second = service.versions(["a", "b"])
    assert (second["a"] != first["a"], second["b"] == first["b"]) == (True, True)


def test_whoever_begins_a_tag_at_the_same_time_gets_the_same_version(service):
    key = service._tag_key("t")
    version = service._begin(key)

    assert service._begin(key) == version


def test_a_store_that_cannot_be_closed_is_let_go(clock):
    class Stuck(MemoryStore):
        def close(self):
            raise UnavailableError("It is stuck.")

    CacheService(Stuck(), clock=clock).close()
