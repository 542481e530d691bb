"""If this passes, flags of users may be methods, and a locked user stays out."""

import pytest

from carboy.legacy import LegacyWarning
from carboy.legacy.user_flags import CallableFlag, adapt_user

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def make_class(active: bool) -> type:
    class User:
        def is_active(self):
            return active

        @property
        def is_authenticated(self):
            return True

    return User


@pytest.mark.parametrize("active", [True, False])
def test_a_method_becomes_a_property_that_can_be_called(active):
    user = adapt_user(make_class(active)())

    assert bool(user.is_active) is active
    assert user.is_active() is active
    assert user.is_active == active


def test_the_warning_is_at_the_method():
    kind = make_class(active=True)

    with pytest.warns(LegacyWarning) as caught:
        adapt_user(kind())

    assert caught[0].filename == __file__
    assert "@property above" in str(caught[0].message)


def test_a_property_stays_as_it_is():
    assert adapt_user(make_class(active=True)()).is_authenticated is True
    assert adapt_user(None) is None


def test_a_flag_prints_like_a_bool():
    assert repr(CallableFlag(1)) == "True"
    assert repr(CallableFlag(0)) == "False"
