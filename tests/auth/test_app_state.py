"""What the battery has for each app."""

import pytest

from carboy.auth import Auth, UserModel, auth_state
from carboy.auth.app_state import find_user_model
from carboy.auth.errors import AuthSetupError
from carboy.stores import MemoryStore

from .conftest import Site


def test_the_class_of_users_is_found(tmp_path):
    first, second = Site(tmp_path), Site(tmp_path)
    for site in (first, second):
        state = auth_state.of(site.app)
        state.given_model = None
        assert state.model is site.User


def test_without_a_class_of_users_the_way_out_is_named():
    with pytest.raises(AuthSetupError, match=r"class User\(UserModel, db.Model\)"):
        find_user_model(lambda _model: False)


def test_two_classes_of_users_are_named(site):
    class Admin(UserModel, site.db.Model):
        pass

    is_of_site = {site.User, Admin}.__contains__
    with pytest.raises(
        AuthSetupError, match=r"several models of users.*Auth\(model=User\)"
    ):
        find_user_model(is_of_site)


def test_a_kind_of_user_is_no_second_class(site):
    class Editor(site.User):
        pass

    assert find_user_model({site.User, Editor}.__contains__) is site.User


def test_the_store_is_that_of_the_database_unless_another_is_given(site):
    state = auth_state.of(site.app)
    state.store.set("a", b"1", 5)
    assert site.store.get("auth:a") == b"1"
    state.given_store, state._store = None, None
    with site.app.app_context():
        state.store.set("a", b"2", 5)
        assert state.store.get("a") == b"2"
    assert not isinstance(state.store, MemoryStore)


def test_auth_is_the_name_of_the_battery():
    assert Auth.name == "auth"
    assert Auth.needs == ("db",)
