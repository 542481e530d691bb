"""A token belongs to one session, is another one each time, and cannot be guessed."""

import pytest
from hypothesis import given, strategies as st

from carboy.forms.token import is_valid_token, make_token


def test_each_token_is_another_one_and_all_are_valid():
    session = {}
    tokens = {make_token(session) for _ in range(100)}

    assert len(tokens) == 100
    assert all(is_valid_token(session, token) for token in tokens)


def test_a_token_of_another_session_is_not_valid():
    mine, yours = {}, {}
    make_token(yours)

    assert not is_valid_token(yours, make_token(mine))


def test_a_session_without_a_secret_accepts_nothing():
    session = {}

    assert not is_valid_token(session, make_token({}))
    assert not is_valid_token(session, "")
    assert session == {}


@pytest.mark.parametrize("kept", [None, 7, "", "short", "ü" * 43, b"x" * 32])
def test_a_secret_that_somebody_changed_is_replaced(kept):
    session = {"_csrf": kept}

    assert not is_valid_token(session, make_token({}))
    assert is_valid_token(session, make_token(session))


@given(st.text(max_size=100))
def test_no_other_text_is_a_token(text):
    session = {}
    make_token(session)

    assert not is_valid_token(session, text)


@given(st.integers(0, 85), st.sampled_from("ABCDEFGHabcdefgh0123456789-_"))
def test_a_token_with_another_letter_is_not_valid(position, letter):
    session = {}
    token = make_token(session)
    changed = token[:position] + letter + token[position + 1 :]

    # The last letter carries bits that mean nothing.
    assert changed == token or position == 85 or not is_valid_token(session, changed)
