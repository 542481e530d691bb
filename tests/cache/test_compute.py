"""Functions of a site are called as they want to be, and told of once."""

import datetime

import pytest

from carboy.cache.compute import ask, call, pack_value, seconds_of, tags_of, tell
from carboy.cache.make_service import cache_state


def test_times_may_be_written_in_two_ways():
    assert seconds_of(datetime.timedelta(minutes=1)) == seconds_of(60) == 60
    assert seconds_of(None) is None


def test_a_question_gets_the_arguments_that_it_takes():
    assert ask(None, 1) is None
    assert ask(lambda: "none", 1, a=2) == "none"
    assert ask(lambda one, a: (one, a), 1, a=2) == (1, 2)
    assert ask(lambda *args, **kwargs: (args, kwargs), 1, a=2) == ((1,), {"a": 2})


def test_tags_in_every_form():
    assert tags_of("one", (), {}) == ("one",)
    assert tags_of(["a", "b"], (), {}) == ("a", "b")
    assert tags_of(lambda number: [f"n:{number}"], (1,), {}) == ("n:1",)


def test_pieces_are_joined():
    def texts():
        yield "a"
        yield "b"

    def data():
        yield b"a"
        yield b"b"

    assert call(texts, (), {}) == "ab"
    assert call(data, (), {}) == b"ab"
    assert call(len, ("abc",), {}) == 3


def test_what_cannot_be_kept_is_named_with_its_function():
    with pytest.raises(TypeError, match=r"test_.*\(\) gave what cannot be kept"):
        pack_value(test_pieces_are_joined, object())


def test_one_thing_is_told_once(sites, caplog):
    app, _ = sites.make()
    service = cache_state.of(app)
    for _ in range(3):
        tell(service, "It", "it is so")
    tell(service, "It", "it is otherwise")

    assert caplog.text.count("It is not kept for others: it is so.") == 1
    assert caplog.text.count("otherwise") == 1
