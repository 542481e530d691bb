"""Parallel writes to a cookie meet again, in whatever order the answers arrive."""

import itertools
import zlib

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from carboy.sessions import cookie_payload as payloads
from carboy.sessions.cookie_payload import Payload, Slip, make_slip, take_over
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
    return after, make_slip(after, changes, now)


def read(payload):
    return {key: unpack(value) for key, value in payload.record.values.items()}


def test_a_slip_brings_what_the_main_cookie_lost():
    start = make(a=0)
    _, slip_one = write(start, NOW + 1, b=1)
    main, slip_two = write(start, NOW + 2, c=2)

    whole = take_over(main, [slip_one, slip_two], NOW + 3)

    assert read(whole) == {"a": 0, "b": 1, "c": 2}


def test_a_slip_that_brings_nothing_new_changes_nothing():
    main, slip = write(make(a=0), NOW + 1, b=1)

    assert take_over(main, [slip], NOW + 2) is main


def test_the_last_to_write_a_key_wins_whoever_answers_last():
    start = make(a=0)
    early, early_slip = write(start, NOW + 1, a="early")
    late, late_slip = write(start, NOW + 2, a="late")

    for main in (early, late):
        assert read(take_over(main, [early_slip, late_slip], NOW + 3)) == {"a": "late"}


def test_a_removed_key_stays_removed():
    start = make(a=0, b=0)
    _, slip = write(start, NOW + 1, removed=["a"])
    main, _ = write(start, NOW + 2, c=1)

    assert read(take_over(main, [slip], NOW + 3)) == {"b": 0, "c": 1}


def test_slips_of_another_session_and_old_ones_are_not_taken():
    main = make(a=0)
    foreign = Slip("other", NOW + 1, {"a": msgspec.Raw(pack(1))}, [])
    old = Slip("id", NOW - payloads.WINDOW, {"a": msgspec.Raw(pack(2))}, [])

    assert take_over(main, [foreign, old], NOW) is main


def test_what_was_written_long_ago_is_not_noted_for_ever():
    main, _ = write(make(), NOW, a=1)

    later, _ = write(main, NOW + payloads.WINDOW + 1, b=1)

    assert list(later.written) == ["b"]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=5))
def test_any_order_of_answers_gives_the_same(writes):
    start, mains, slips = make(a=0, b=0), [], []
    for number, (key, is_removal) in enumerate(writes, start=1):
        if is_removal:
            main, slip = write(start, NOW + number, removed=[key])
        else:
            main, slip = write(start, NOW + number, **{key: number})
        mains.append(main)
        slips.append(slip)

    results = {
        tuple(sorted(read(take_over(main, order, NOW + 10)).items()))
        for main in mains
        for order in itertools.islice(itertools.permutations(slips), 6)
    }

    assert len(results) <= 1


def test_it_comes_back_from_a_cookie():
    for values in ({"a": 1}, {"long": "x" * 3000}):
        main, slip = write(make(**values), NOW, b=2)

        back = payloads.read_payload(payloads.write(main))

        assert read(back) == values | {"b": 2}
        assert payloads.read_slip(payloads.write(slip)).changed.keys() == {"b"}
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
        for reader in (payloads.read_payload, payloads.read_slip):
            try:
                reader(shown)
            except DecodeError:
                continue
