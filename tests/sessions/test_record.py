"""A record does not reveal the id, and damaged bytes are a DecodeError."""

import pickle

import msgspec
import pytest
from hypothesis import given, settings, strategies as st

from carboy.sessions.record import Record, hash_id, make_id, read_record
from carboy.stores import DecodeError, pack


def test_a_packed_record_is_parsed_to_the_same_values():
    record = Record({"a": msgspec.Raw(pack((1,)))}, 1.5, 2.5, "ada", "e", "UA", "::1")

    result = read_record(record.pack())

    assert bytes(result.values["a"]) == pack((1,))
    assert (result.created, result.seen, result.user, result.epoch) == (
        1.5,
        2.5,
        "ada",
        "e",
    )


def test_only_true_is_permanent():
    for value, expected in ((True, True), (False, False), (1, False)):
        record = Record({"_permanent": msgspec.Raw(pack(value))}, 0, 0)
        assert record.permanent is expected
    assert Record({}, 0, 0).permanent is False


def test_ids_are_long_different_and_hashed():
    ids = {make_id(32) for _ in range(100)}

    assert len(ids) == 100
    assert {len(one) for one in ids} == {43}
    assert all(one not in hash_id(one) for one in ids)


@pytest.mark.parametrize("data", [b"x", pack({}), pack([1]), pickle.dumps([1])])
def test_bytes_that_are_no_record_are_a_decode_error(data):
    with pytest.raises(DecodeError, match="not a session"):
        read_record(data)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_are_a_record_or_a_decode_error(data):
    try:
        read_record(data)
    except DecodeError:
        return
