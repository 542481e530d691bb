"""Second factors of an app."""

import pytest
from flask import Flask

from carboy.auth import list_factors, list_factors_of, register_factor
from carboy.errors import WiringError


class Factor:
    """A factor of one user."""

    def __init__(self, name, owner):
        self.name = self.title = self.endpoint = name
        self.owner = owner

    def is_set_up(self, user_id):
        return user_id == self.owner


def test_factors_are_listed_in_their_order_and_by_user():
    app = Flask(__name__)
    first, second = Factor("totp", "1"), Factor("key", "2")
    assert list_factors(app) == []
    for factor in (first, second, first):
        register_factor(app, factor)
    assert list_factors(app) == [first, second]
    assert list_factors_of(app, "2") == [second]
    assert list_factors_of(app, "3") == []


def test_a_name_belongs_to_one_factor():
    app = Flask(__name__)
    register_factor(app, Factor("totp", "1"))
    with pytest.raises(WiringError, match="second factor 'totp' already"):
        register_factor(app, Factor("totp", "1"))
