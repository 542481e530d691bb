"""If this passes, keys that clients choose cannot fill the memory."""

from hypothesis import given, strategies as st

from carboy.bounded_dict import BoundedDict


def test_a_full_dict_is_emptied_for_the_next_key():
    values = BoundedDict[str, int](2)

    values["a"] = 1
    values["b"] = 2
    values["c"] = 3

    assert values == {"c": 3}


def test_a_known_key_gets_its_new_value_without_losing_the_others():
    values = BoundedDict[str, int](2)
    values["a"] = 1
    values["b"] = 2

    values["a"] = 5

    assert values == {"a": 5, "b": 2}


@given(st.integers(1, 9), st.lists(st.integers(0, 20)))
def test_it_never_holds_more_than_its_limit(limit, keys):
    values = BoundedDict[int, int](limit)

    for key in keys:
        values[key] = -key
        assert len(values) <= limit
        assert values[key] == -key
