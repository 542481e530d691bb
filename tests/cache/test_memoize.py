"""A result is cached for its arguments, and deleted with them."""

import functools

import pytest

from carboy.cache import CacheKeyError
from carboy.errors import ConfigError


@pytest.fixture
def cache(site):
    app, cache = site
    with app.app_context():
        yield cache


def test_a_timeout_passes(sites, clock, count):
    app, cache = sites.make(clock=clock)

    @cache.memoize(timeout=50)
    def work(a):
        return count()

    with app.app_context():
        results = []
        for seconds in (0, 49, 1, 0):
            clock.advance(seconds)
            results.append(work(1))

    assert results == [1, 1, 2, 2]


def test_the_timeout_may_be_changed_on_the_function(sites, clock, count):
    app, cache = sites.make(clock=clock)

    @cache.memoize(50)
    def work():
        return count()

    work.cache_timeout = 5
    with app.app_context():
        work()
        clock.advance(6)
        assert work() == 2
    assert work.uncached() == 3


class Adder:
    def __init__(self, start, name):
        self.start = start
        self.__cache_key__ = name


def test_results_of_a_method_are_deleted_for_one_object_or_for_all(cache, count):
    @cache.memoize(50)
    def add(self, a):
        return self.start + a, count()

    Adder.add = add
    one, two = Adder(10, "one"), Adder(20, "two")
    first, second = one.add(1), two.add(1)

    assert (one.add(1), two.add(1)) == (first, second)

    cache.delete_memoized(one.add, 2)
    assert one.add(1) == first

    cache.delete_memoized(one.add, 1)
    third = one.add(1)
    assert third != first

    cache.delete_memoized(one.add)
    assert one.add(1) != third
    assert two.add(1) == second

    cache.delete_memoized(Adder.add)
    assert two.add(1) != second


def test_results_of_a_class_method_are_deleted(cache, count):
    class Shop:
        @classmethod
        @cache.memoize(50)
        def find(cls, number):
            return number, count()

    first = Shop.find(1)

    assert Shop.find(1) == first

    cache.delete_memoized(Shop.find, 1)
    second = Shop.find(1)
    assert second != first

    cache.delete_memoized(Shop.find)
    assert Shop.find(1) != second


def test_objects_without_a_key_do_not_share_results(cache, count):
    class Plain:
        @cache.memoize(50)
        def work(self):
            return count()

    one, two = Plain(), Plain()

    assert one.work() == one.work() != two.work()


def test_self_may_be_ignored(cache, count):
    class Plain:
        @cache.memoize(50, args_to_ignore=["self"])
        def work(self, a):
            return count()

    assert Plain().work(1) == Plain().work(1) != Plain().work(2)


def test_unless_forced_update_and_filter(cache, count):
    flags = {"unless": False, "force": False}

    @cache.memoize(
        50,
        unless=lambda: flags["unless"],
        forced_update=lambda: flags["force"],
        response_filter=lambda value: value != 1,
    )
    def work():
        return count()

    assert [work(), work(), work()] == [1, 2, 2]
    flags["unless"] = True
    assert work() == 3
    flags.update(unless=False, force=True)
    assert work() == 4
    flags["force"] = False
    assert work() == 4


def test_a_cached_result_may_be_declared_stale(cache, count):
    @cache.memoize(50, is_stale=lambda value, limit: value < limit)
    def work(limit):
        return count()

    assert [work(3) for _ in range(4)] == [1, 2, 3, 3]


def test_none_is_cached_only_with_cache_none(cache):
    calls = []

    @cache.memoize(50)
    def no():
        calls.append("no")

    @cache.memoize(50, cache_none=True)
    def yes():
        calls.append("yes")

    for _ in range(3):
        no()
        yes()

    assert (calls.count("no"), calls.count("yes")) == (3, 1)


def test_make_name_is_used_in_the_key(cache):
    @cache.memoize(50, make_name=lambda name: "mine")
    def work(a):
        return a

    assert work.make_cache_key(work.uncached, 1).startswith("memo/mine/")


def test_the_other_names_of_flask_caching_delete_all_results(cache, count):
    @cache.memoize(50)
    def work():
        return count()

    assert work() == 1
    cache.delete_memoized_verhash(work)
    assert work() == 2
    work.delete_memoized()
    assert work() == 3


def test_tags_may_come_from_the_arguments(cache, count):
    @cache.memoize(50, tags=lambda number: [f"post:{number}"])
    def work(number):
        return count()

    assert [work(1), work(2)] == [1, 2]
    cache.drop_tag("post:2")
    assert [work(1), work(2)] == [1, 3]


def test_an_argument_without_a_key_is_reported(cache):
    @cache.memoize(50)
    def work(thing):
        return 1

    with pytest.raises(CacheKeyError, match=r"work\(\).*builtins\.object"):
        work(object())


def test_a_result_that_cannot_be_encoded_is_reported(cache):
    @cache.memoize(50)
    def work():
        return object()

    with pytest.raises(TypeError, match=r"work\(\) returned.*builtins\.object"):
        work()


def test_the_source_may_be_part_of_the_key(cache):
    @cache.memoize(50, source_check=True)
    def work():
        return 1

    assert work.make_cache_key(work.uncached).count("/") == 3


def test_deleting_results_needs_a_decorated_function(cache):
    with pytest.raises(ConfigError, match=r"@cache\.memoize"):
        cache.delete_memoized(len)
    with pytest.raises(ConfigError, match=r"@cache\.cached"):
        cache.delete_cached(len)


def test_the_result_of_a_generator_is_cached_as_a_whole(cache, count):
    @cache.memoize(50)
    def work():
        yield "a"
        yield str(count())

    assert work() == work() == "a1"


def test_lambdas_do_not_share_results(cache):
    double, triple = (
        cache.memoize(50)(lambda number: number * 2),
        cache.memoize(50)(lambda number: number * 3),
    )  # fmt: skip

    assert (double(1), triple(1)) == (2, 3)


def test_a_callable_without_a_name_is_refused(cache):
    double = functools.partial(pow, 2)

    with pytest.raises(ConfigError, match="make_name"):
        cache.memoize(50)(double)
    assert cache.memoize(50, make_name=lambda name: "powers")(double)(3) == 8
