"""Functions of a site get the arguments that they take."""

import datetime

from carboy.cache.callbacks import (
    call_function,
    call_predicate,
    seconds_of,
    tags_of,
)


def test_a_timeout_is_seconds_or_a_timedelta():
    assert seconds_of(datetime.timedelta(minutes=1)) == seconds_of(60) == 60
    assert seconds_of(None) is None


def test_a_predicate_gets_the_arguments_only_if_it_takes_them():
    assert call_predicate(None, 1) is None
    assert call_predicate(lambda: "none", 1, a=2) == "none"
    assert call_predicate(lambda one, a: (one, a), 1, a=2) == (1, 2)
    result = call_predicate(lambda *args, **kwargs: (args, kwargs), 1, a=2)
    assert result == ((1,), {"a": 2})


def test_tags_may_be_a_string_a_list_or_a_function():
    assert tags_of("one", (), {}) == ("one",)
    assert tags_of(["a", "b"], (), {}) == ("a", "b")
    assert tags_of(lambda number: [f"n:{number}"], (1,), {}) == ("n:1",)


def test_the_pieces_of_a_generator_are_joined():
    def texts():
        yield "a"
        yield "b"

    def iterate(items):
        yield from items

    def data():
        yield b"a"
        yield b"b"

    assert call_function(texts, (), {}) == "ab"
    assert call_function(data, (), {}) == b"ab"
    assert (
        call_function(lambda: (piece for piece in ["ü", b"b"]), (), {}) == b"\xc3\xbcb"
    )
    assert call_function(lambda: (number for number in (1, 2)), (), {}) == [1, 2]
    assert call_function(len, ("abc",), {}) == 3


class UnhashablePredicate:
    __hash__ = None

    def __call__(self, *args):
        return args


def test_any_callable_may_be_a_predicate():
    assert call_predicate(UnhashablePredicate(), 1) == (1,)
    # It has no signature that can be inspected.
    assert call_predicate(dict, 1) == {}
