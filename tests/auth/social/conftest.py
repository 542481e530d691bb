"""A database, and one provider of logins for all tests."""

import time

import pytest

from carboy.auth.social import Flow, github, oidc, wechat
from carboy.auth.social.identities import Identities
from carboy.stores import MemoryStore
from carboy.testing.identity_provider import (
    CLIENT_ID,
    CLIENT_SECRET,
    IdentityProvider,
    Person,
)
from tests.auth.credentials_fixtures import (  # noqa: F401 - fixtures
    app,
    clock,
    context,
    db,
    session,
)


@pytest.fixture(scope="module")
def running():
    with IdentityProvider() as provider:
        yield provider


@pytest.fixture
def server(running):
    running.faults.clear()
    running.person = Person("7", "ann@example.com", name="Ann")
    return running


@pytest.fixture
def providers(server):
    keys = (CLIENT_ID, CLIENT_SECRET)
    url = server.url
    return {
        "oidc": oidc("company", "Company", url, *keys),
        "github": github(*keys, base_url=url, api_url=url),
        "wechat": wechat(*keys, base_url=url, api_url=url),
        "in_app": wechat(*keys, in_app=True, base_url=url, api_url=url),
    }


@pytest.fixture
def flow(clock):  # noqa: F811 - the fixture
    return Flow(MemoryStore(clock=clock), time.time)


@pytest.fixture
def identities(session, clock):  # noqa: F811 - the fixtures
    return Identities(session, clock)
