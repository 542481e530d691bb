"""Filters are read as they are written, and written as they are read."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, strategies as st

from carboy.admin.lists import (
    Condition,
    FilterError,
    FilterGroup,
    Negation,
    join_parts,
    list_parts,
    parse_filter,
    write_filter,
)

A, B, C = (Condition(name, "=", ("1",)) for name in "abc")

values = st.text(min_size=1, max_size=9)
paths = st.sampled_from(["a", "b.c", "name_1"])
conditions: Any = st.one_of(
    st.builds(
        Condition,
        paths,
        st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "~", "!~", "^="]),
        st.tuples(values),
    ),
    st.builds(Condition, paths, st.sampled_from(["is empty", "is not empty"])),
    st.builds(
        Condition,
        paths,
        st.sampled_from(["in", "not in"]),
        st.lists(values, min_size=1, max_size=3).map(tuple),
    ),
)


def _groups(inner: Any) -> Any:
    parts = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(FilterGroup, st.sampled_from(["and", "or"]), parts),
        st.builds(Negation, inner),
    )


@given(st.recursive(conditions, _groups, max_leaves=8))
def test_what_is_written_is_read_as_the_same(tree: Any) -> None:
    text = write_filter(tree)

    assert write_filter(parse_filter(text)) == text


def test_and_binds_more_than_or() -> None:
    assert parse_filter("a = 1 or b = 1 and c = 1") == FilterGroup(
        "or", (A, FilterGroup("and", (B, C)))
    )
    assert parse_filter("(a=1 OR b=1) And Not c=1") == FilterGroup(
        "and", (FilterGroup("or", (A, B)), Negation(C))
    )


def test_values_may_be_quoted() -> None:
    assert parse_filter(r'a ~ "and \"x\" \\ ("') == Condition(
        "a", "~", ('and "x" \\ (',)
    )


def test_parts_are_taken_apart_and_put_together() -> None:
    tree = parse_filter("a = 1 and b = 1")

    assert list_parts(tree) == (A, B)
    assert join_parts((A,)) == A
    assert join_parts(()) is None
    assert parse_filter("  ") is None
    assert write_filter(None) == ""


@given(st.text(alphabet='ab ()",=~!<>\\.andorti', max_size=60))
def test_any_text_is_a_filter_or_an_error(text: str) -> None:
    with suppress(FilterError):
        parse_filter(text)


@pytest.mark.parametrize("text", ["a", "a =", "(a = 1", "a = 1)", "= 1", "a in ()"])
def test_broken_filters_are_errors(text: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(text)
