"""A second factor that a provider has asked for counts where the site says so."""

import time
from dataclasses import replace

import pytest

from carboy.auth.social import Identities, Identity, oidc
from carboy.testing import open_client
from tests.auth.pages.test_social_views import add_app
from tests.auth.pages.visitor import KEYS, Visitor


def _make_strict(make_site, url, **settings):
    """Return a site that believes its company, and nobody else, about factors."""
    company = replace(
        oidc("company", "Company", url, *KEYS, trusts_email=True),
        second_factor=("mfa",),
    )
    loose = oidc("loose", "Loose", url, *KEYS)
    return make_site(providers=[company, loose], **settings)


@pytest.mark.parametrize(
    ("claims", "is_believed"),
    [
        ({"amr": ["pwd", "mfa"]}, True),
        ({"acr": "mfa"}, True),
        ({}, False),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"amr": [["mfa"], {"mfa": 1}, None]}, False),
        ({"acr": ["mfa"]}, False),
        ({"acr": "mfa2"}, False),
        ({"acr": ""}, False),
    ],
)
def test_a_factor_that_the_provider_asked_for_is_believed_where_the_site_says_so(
    make_site, server, claims, is_believed
):
    site = _make_strict(make_site, server.url)
    with open_client(site.app) as client:
        visitor = Visitor(client, server)
        visitor.log_in("company")
        assert visitor.is_logged_in()
        with site.app.app_context():
            user = site.db.session.get(site.User, 1)
            add_app(site, user)
        client.post("/account/logout")
        for name, value in claims.items():
            setattr(server.person, name, value)

        answer = visitor.log_in("company")

        assert visitor.is_logged_in() is is_believed
        assert ("second-step" in answer.location) is not is_believed


def test_another_provider_is_not_believed(make_site, server):
    site = _make_strict(make_site, server.url, AUTH_SECOND_FACTOR_FOR=["*"])
    user = site.add()
    with site.app.app_context():
        Identities(site.db.session(), time.time).add(
            user.get_id(), Identity("loose", "7")
        )
        site.db.session.commit()
    server.person.amr = ["mfa"]
    with open_client(site.app) as client:
        visitor = Visitor(client, server)

        assert "second-step/set-up" in visitor.log_in("loose").location
        assert not visitor.is_logged_in()


def test_a_required_factor_may_be_that_of_the_provider(make_site, server):
    site = _make_strict(make_site, server.url, AUTH_SECOND_FACTOR_FOR=["*"])
    with open_client(site.app) as client:
        visitor = Visitor(client, server)
        assert "second-step/set-up" in visitor.log_in("company").location
        assert not visitor.is_logged_in()
        server.person.amr = ["mfa"]

        visitor.log_in("company")

        assert visitor.is_logged_in()


def test_a_login_is_as_fresh_as_the_one_at_the_provider(make_site, server):
    site = _make_strict(make_site, server.url)
    server.person.auth_time = time.time() - 3600
    with open_client(site.app) as client:
        visitor = Visitor(client, server)
        visitor.log_in("company")
        assert visitor.is_logged_in()
        assert "/account/reauthenticate" in client.get("/fresh").location

        # A provider that does not ask again says so.
        server.faults = {"max_age"}
        visitor.log_in("company")
        assert client.get("/fresh").status_code == 302

        server.faults = set()
        visitor.log_in("company")
        assert client.get("/fresh").text == "fresh"


@pytest.mark.parametrize("value", ["now", True, [], -1, 2**60])
def test_a_time_that_is_none_makes_no_login_fresher(make_site, server, value):
    site = _make_strict(make_site, server.url)
    server.person.auth_time = value
    server.faults = {"max_age"}
    with open_client(site.app) as client:
        visitor = Visitor(client, server)
        visitor.log_in("company")
        with client.session_transaction() as session:
            assert session["_auth_time"] <= time.time()
