"""If this passes, JSON that is nested too deeply is found, and no other is refused."""

import json

import pytest
from hypothesis import given, strategies as st

from carboy.server.http.json_depth import is_too_deep

TEXTS = st.text('[]{}"\\,: a\né', max_size=6)
VALUES = st.recursive(
    TEXTS | st.integers() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=3)
    ),
    max_leaves=40,
)


def find_depth(value: object) -> int:
    if isinstance(value, dict):
        return 1 + max(map(find_depth, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(find_depth, value), default=0)
    return 0


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_the_depth_is_that_of_the_parsed_value(value, ascii_only, indent):
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    depth = find_depth(value)

    assert not is_too_deep(data, depth)
    assert depth == 0 or is_too_deep(data, depth - 1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32-le"])
def test_each_encoding_of_json_is_read(encoding):
    data = json.dumps([[["["]]]).encode(encoding)

    assert is_too_deep(data, 2)
    assert not is_too_deep(data, 3)


@pytest.mark.parametrize("depth", [65, 1000, 100_000])
@pytest.mark.parametrize(
    ("opening", "closing"), [("[", "]"), ('{"a":', "}"), ("[", "")]
)
def test_deep_bodies_are_found_whether_they_end_or_not(depth, opening, closing):
    data = (opening * depth + "1" + closing * depth).encode()

    assert is_too_deep(data, 64)


def test_many_flat_values_are_not_deep():
    data = json.dumps([{"a": [number], "b": "[[["} for number in range(1000)]).encode()

    assert not is_too_deep(data, 3)


@pytest.mark.parametrize("data", [b"]" * 100 + b"[" * 100, b'["' * 100, b"[}" * 100])
def test_what_a_parser_is_left_with_does_not_break_it(data):
    if not is_too_deep(data, 64):
        with pytest.raises(ValueError, match=r"char|value"):
            json.loads(data)
