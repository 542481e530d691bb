"""Parallel writes to a cookie are merged, in any order of the responses."""

import itertools
import zlib

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from carboy.sessions import cookie_payload
from carboy.sessions.cookie_payload import Delta, Payload, apply_deltas, make_delta
from carboy.sessions.record import Record
from carboy.sessions.session import Changes
from carboy.stores import DecodeError, pack, unpack

NOW = 1000.0


def make(**values):
    raw = {key: msgspec.Raw(pack(value)) for key, value in values.items()}
    return Payload("id", Record(raw, NOW, NOW))


def write(payload, now, removed=(), **values):
    changes = Changes({k: pack(v) for k, v in values.items()}, frozenset(removed))
    after = payload.with_changes(changes, now)
    return after, make_delta(after, changes)


def read(payload):
    return {key: unpack(value) for key, value in payload.record.values.items()}


def test_a_delta_adds_what_the_main_cookie_lacks():
    start = make(a=0)
    _, slip_one = write(start, NOW + 1, b=1)
    main, slip_two = write(start, NOW + 2, c=2)

    whole = apply_deltas(main, [slip_one, slip_two], NOW + 3)

    assert read(whole) == {"a": 0, "b": 1, "c": 2}


def test_a_delta_that_adds_nothing_changes_nothing():
    main, delta = write(make(a=0), NOW + 1, b=1)

    assert apply_deltas(main, [delta], NOW + 2) is main


def test_the_last_write_of_a_key_wins_in_any_order_of_responses():
    start = make(a=0)
    early, early_slip = write(start, NOW + 1, a="early")
    late, late_slip = write(start, NOW + 2, a="late")

    for main in (early, late):
        assert read(apply_deltas(main, [early_slip, late_slip], NOW + 3)) == {
            "a": "late"
        }


@pytest.mark.parametrize("later", [NOW + 1, NOW - 5], ids=["same time", "clock back"])
def test_a_write_wins_over_all_that_it_has_seen(later):
    """Also where the second machine's clock is behind that of the first."""
    first, first_delta = write(make(a=0), NOW + 1, a="first")
    second, second_delta = write(first, later, a="second")

    merged = apply_deltas(second, [first_delta, second_delta], NOW + 2)

    assert read(merged) == {"a": "second"}


def test_a_removed_key_stays_removed():
    start = make(a=0, b=0)
    _, delta = write(start, NOW + 1, removed=["a"])
    main, _ = write(start, NOW + 2, c=1)

    assert read(apply_deltas(main, [delta], NOW + 3)) == {"b": 0, "c": 1}


def test_deltas_of_another_session_and_old_ones_are_not_applied():
    main = make(a=0)
    foreign = Delta("other", NOW + 1, {"a": msgspec.Raw(pack(1))}, [])
    old = Delta("id", NOW - cookie_payload.WINDOW, {"a": msgspec.Raw(pack(2))}, [])

    assert apply_deltas(main, [foreign, old], NOW) is main


def test_the_times_of_old_writes_are_dropped():
    main, _ = write(make(), NOW, a=1)

    later, _ = write(main, NOW + cookie_payload.WINDOW + 1, b=1)

    assert list(later.written) == ["b"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=5))
def test_any_order_of_responses_gives_the_same(writes):
    start, mains, deltas = make(a=0, b=0), [], []
    for number, (key, is_removal) in enumerate(writes, start=1):
        if is_removal:
            main, delta = write(start, NOW + number, removed=[key])
        else:
            main, delta = write(start, NOW + number, **{key: number})
        mains.append(main)
        deltas.append(delta)

    results = {
        tuple(sorted(read(apply_deltas(main, order, NOW + 10)).items()))
        for main in mains
        for order in itertools.islice(itertools.permutations(deltas), 6)
    }

    assert len(results) <= 1


def test_a_written_payload_is_parsed_to_the_same_values():
    for values in ({"a": 1}, {"long": "x" * 3000}):
        main, delta = write(make(**values), NOW, b=2)

        result = cookie_payload.read_payload(cookie_payload.write(main))

        assert read(result) == values | {"b": 2}
        assert cookie_payload.read_delta(
            cookie_payload.write(delta)
        ).changed.keys() == {"b"}
        assert len(cookie_payload.write(main)) < 500


def test_a_cookie_that_unpacks_to_too_much_is_refused():
    bomb = zlib.compress(b"\x00" * 10_000_000)
    text = "z" + cookie_payload.base64.urlsafe_b64encode(bomb).decode()

    with pytest.raises(DecodeError, match="too much"):
        cookie_payload.read_payload(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_payload_or_a_decode_error(text):
    for value in (text, f"z{text}", f"p{text}"):
        for reader in (cookie_payload.read_payload, cookie_payload.read_delta):
            try:
                reader(value)
            except DecodeError:
                continue
