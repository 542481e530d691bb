"""Parallel writes to a cookie meet again, in whatever order the answers arrive."""

import itertools
import zlib

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from carboy.sessions import cookie_payload as payloads
from carboy.sessions.cookie_payload import Payload, Delta, make_delta, apply_deltas
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
    return after, make_delta(after, changes, now)


def read(payload):
    return {key: unpack(value) for key, value in payload.record.values.items()}


def test_a_slip_brings_what_the_main_cookie_lost():
    start = make(a=0)
    _, slip_one = write(start, NOW + 1, b=1)
    main, slip_two = write(start, NOW + 2, c=2)

    whole = apply_deltas(main, [slip_one, slip_two], NOW + 3)

    assert read(whole) == {"a": 0, "b": 1, "c": 2}


def test_a_slip_that_brings_nothing_new_changes_nothing():
    main, delta = write(make(a=0), NOW + 1, b=1)

    assert apply_deltas(main, [delta], NOW + 2) is main


def test_the_last_to_write_a_key_wins_whoever_answers_last():
    start = make(a=0)
    early, early_slip = write(start, NOW + 1, a="early")
    late, late_slip = write(start, NOW + 2, a="late")

    for main in (early, late):
        assert read(apply_deltas(main, [early_slip, late_slip], NOW + 3)) == {"a": "late"}


def test_a_removed_key_stays_removed():
    start = make(a=0, b=0)
    _, delta = write(start, NOW + 1, removed=["a"])
    main, _ = write(start, NOW + 2, c=1)

    assert read(apply_deltas(main, [delta], NOW + 3)) == {"b": 0, "c": 1}


def test_slips_of_another_session_and_old_ones_are_not_taken():
    main = make(a=0)
    foreign = Delta("other", NOW + 1, {"a": msgspec.Raw(pack(1))}, [])
    old = Delta("id", NOW - payloads.WINDOW, {"a": msgspec.Raw(pack(2))}, [])

    assert apply_deltas(main, [foreign, old], NOW) is main


def test_what_was_written_long_ago_is_not_noted_for_ever():
    main, _ = write(make(), NOW, a=1)

    later, _ = write(main, NOW + payloads.WINDOW + 1, b=1)

    assert list(later.written) == ["b"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=5))
def test_any_order_of_answers_gives_the_same(writes):
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


def test_it_comes_back_from_a_cookie():
    for values in ({"a": 1}, {"long": "x" * 3000}):
        main, delta = write(make(**values), NOW, b=2)

        back = payloads.read_payload(payloads.write(main))

        assert read(back) == values | {"b": 2}
        assert payloads.read_delta(payloads.write(delta)).changed.keys() == {"b"}
        assert len(payloads.write(main)) < 500


def test_a_cookie_that_unpacks_to_too_much_is_refused():
    bomb = zlib.compress(b"\x00" * 10_000_000)
    text = "z" + payloads.base64.urlsafe_b64encode(bomb).decode()

    with pytest.raises(DecodeError, match="too much"):
        payloads.read_payload(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_a_payload_or_a_decode_error(text):
    for shown in (text, f"z{text}", f"p{text}"):
        for reader in (payloads.read_payload, payloads.read_delta):
            try:
                reader(shown)
            except DecodeError:
                continue
