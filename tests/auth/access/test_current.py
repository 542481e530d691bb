"""A visitor is somebody who is not logged in."""

from carboy.auth.access.current import is_visitor
from tests.auth.credentials_fixtures import Person


def test_only_somebody_who_is_logged_in_is_no_visitor():
    assert is_visitor(None)
    assert is_visitor(object())
    assert is_visitor(Person("1", is_authenticated=False))
    assert not is_visitor(Person("1"))
