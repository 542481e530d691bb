"""What a battery keeps is kept for one app, or for one context, and no longer."""

import pytest
from flask import Flask

from carboy.core import AppState, ContextState, get_current_app
from carboy.errors import WiringError


def test_an_app_keeps_its_own_value():
    state: AppState[int] = AppState("number")
    one, two = Flask("one"), Flask("two")
    state.set(one, 1)

    assert state.of(one) == 1
    assert state.find(two) is None
    assert one.extensions["number"] == 1
    with one.app_context():
        assert state.current() == 1


def test_what_is_not_installed_says_how_it_would_be():
    with pytest.raises(WiringError, match=r"number is not installed on the app 'one'"):
        AppState("number").of(Flask("one"))


def test_a_context_value_is_made_once_for_each_context():
    made = []
    state = ContextState("thing", lambda: made.append(1) or len(made))
    app = Flask("one")

    with app.app_context():
        assert state.find() is None
        assert (state.get(), state.get()) == (1, 1)
    with app.app_context():
        assert state.get() == 2
        assert state.pop() == 2
        assert state.find() is None


def test_the_current_app_is_the_app_and_not_a_proxy():
    app = Flask("one")

    with app.app_context():
        assert type(get_current_app()) is Flask
        assert get_current_app() is app
    with pytest.raises(RuntimeError, match="application context"):
        get_current_app()
