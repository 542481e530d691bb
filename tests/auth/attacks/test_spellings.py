"""One account has one spelling, whatever a database thinks is equal."""

from pathlib import Path

import pytest

from carboy.auth.accounts import find_user
from carboy.auth.app_state import auth_state
from carboy.testing import open_client
from tests.auth.conftest import Site
from tests.auth.museum.steps import ADA, is_logged_in, log_in

SPELLINGS = ["\u00e1da@example.com", "ad\u00e2@example.com", "ada@\u00e9xample.com"]


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def any_site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    if request.param == "sqlite":
        return Site(tmp_path)
    url = request.getfixturevalue(f"fresh_{request.param}")
    return Site(tmp_path, SQLALCHEMY_DATABASE_URI=url)


def test_a_spelling_with_other_accents_is_nobody(any_site: Site) -> None:
    """CVE-2026-97764 (django-allauth): each had guesses of its own."""
    any_site.add(username="ada")
    with any_site.app.app_context():
        state = auth_state.of(any_site.app)
        for spelling in (*SPELLINGS, "\u00e0da", "ad\u00c4"):
            assert find_user(state, spelling) is None
        assert find_user(state, ADA.upper()) is not None
        assert find_user(state, " ADA ") is not None

    with open_client(any_site.app) as client:
        assert log_in(client, SPELLINGS[0]).status_code == 422
        assert not is_logged_in(client)
        assert log_in(client).status_code == 303


@pytest.mark.parametrize(
    "login",
    ["\0", "ada\0@example.com", "\ud83d@x.example", "%", "'"],
    ids=["nul", "inside", "half", "percent", "quote"],
)
def test_a_text_that_no_column_can_have_is_nobody(any_site: Site, login: str) -> None:
    any_site.add()
    with any_site.app.app_context():
        assert find_user(auth_state.of(any_site.app), login) is None
