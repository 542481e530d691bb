"""The columns of users."""

import pytest

from carboy.auth.user_model import normalize_email, normalize_username


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" Ada@Example.COM ", "ada@example.com"),
        ("\uff41da@example.com", "ada@example.com"),
        ("ADA@EXAMPLE.COM", "ada@example.com"),
    ],
)
def test_an_address_has_one_spelling(site, written, stored):
    assert normalize_email(written) == stored
    assert site.User(email=written).email == stored


def test_a_name_has_one_spelling(site):
    assert normalize_username("Stra\u00dfe") == "strasse"
    assert site.User(email="a@b.c", username="ADA").username == "ada"
    assert site.User(email="a@b.c", username="").username is None


def test_a_user_has_a_name_to_show(site):
    user = site.User(email="ada@example.com")
    assert user.display_name == "ada"
    user.username = "countess"
    assert user.display_name == "countess"
    user.name = "Ada King"
    assert user.display_name == "Ada King"


def test_sessions_end_by_their_number(site):
    user = site.User(email="ada@example.com")
    user.end_sessions()
    before = user.auth_epoch
    user.end_sessions()
    assert user.auth_epoch == before + 1


def test_the_number_of_sessions_begins_anywhere(site):
    first, second = site.add(password=None), site.add("b@example.com", password=None)
    assert first.auth_epoch != second.auth_epoch
