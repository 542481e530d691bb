"""The state of an app knows the rules of each column and the keys of the site."""

import pytest
from flask import Flask

from carboy.errors import ConfigError
from carboy.uploads import ImageSize
from carboy.uploads.app_state import list_keys, make_variant_key


def test_rules_are_found_by_the_owner_of_a_key(shop):
    state = shop.app.extensions["carboy_uploads"]

    assert state.find_rules("user.letter/ab/c.txt").private
    assert list(state.find_rules("user.avatar/ab/c.png").variants) == ["small"]
    assert not state.find_rules("other.photo/ab/c.png").variants


def test_columns_of_an_app_without_a_database_are_none(shop):
    state = shop.app.extensions["carboy_uploads"]
    state.db = None

    assert state.list_columns() == []


def test_another_size_is_another_file():
    keys = {
        make_variant_key("user.avatar/ab/c.png", "small", ImageSize(*size))
        for size in ((16, 16), (16, 17), (16, 16, True))
    }

    assert len(keys) == 3
    assert all(key.startswith("variants/user.avatar/ab/c.png/small-") for key in keys)


def test_the_current_key_is_the_last_one():
    app = Flask("shop")
    app.secret_key = "new".strip()
    app.config["SECRET_KEY_FALLBACKS"] = [b"old"]

    assert list_keys(app) == [b"old", b"new"]


def test_a_site_without_a_key_says_so():
    with pytest.raises(ConfigError, match=r"SECRET_KEY is not set; links to files"):
        list_keys(Flask("shop"))
