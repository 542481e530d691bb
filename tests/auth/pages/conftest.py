"""A provider that runs, for sites that people log in to with accounts of it."""

import pytest

from carboy.auth.social import github, google, oidc, wechat
from carboy.testing.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    IdentityProvider,
    Person,
)
from tests.auth.pages.visitor import Visitor

KEYS = (CLIENT_ID, CLIENT_SECRET)


@pytest.fixture(scope="module")
def running():
    with IdentityProvider() as provider:
        yield provider


@pytest.fixture
def server(running):
    running.faults.clear()
    running.person = Person("7", "ann@company.com", name="Ann")
    return running


@pytest.fixture
def providers(server):
    url = server.url
    return [
        google(*KEYS, issuer=url),
        github(*KEYS, base_url=url, api_url=url),
        oidc("company", "Company", url, *KEYS, trusts_email=True),
        oidc("loose", "Loose", url, *KEYS),
        wechat(*KEYS, base_url=url, api_url=url),
        wechat(*KEYS, in_app=True, base_url=url, api_url=url),
    ]


@pytest.fixture
def visitor(client, server):
    return Visitor(client, server)
