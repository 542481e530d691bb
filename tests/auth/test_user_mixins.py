"""Flask-Login's mixins."""

import pytest

from carboy.auth import AnonymousUserMixin, UserMixin


class Person(UserMixin):
    def __init__(self, id_):
        self.id = id_


def test_a_user_is_logged_in_and_an_anonymous_one_is_not():
    user, visitor = Person(5), AnonymousUserMixin()
    assert (user.is_authenticated, user.is_active, user.is_anonymous) == (
        True,
        True,
        False,
    )
    assert (visitor.is_authenticated, visitor.is_active) == (False, False)
    assert visitor.is_anonymous
    assert user.get_id() == "5"
    assert visitor.get_id() is None


def test_users_with_the_same_id_are_equal():
    assert Person(1) == Person("1")
    assert Person(1) != Person(2)
    assert Person(1) != 1
    assert len({Person(1), Person(1)}) == 2


def test_a_class_without_an_id_says_so():
    class Nobody(UserMixin):
        pass

    with pytest.raises(NotImplementedError, match="no attribute `id`"):
        Nobody().get_id()
