"""A provider that runs, for sites that people log in to with accounts of it."""

import pytest

from carboy.testing.identity_provider import IdentityProvider, Person
from tests.auth.pages.visitor import Visitor, make_local_providers


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
    return make_local_providers(server.url)


@pytest.fixture
def visitor(client, server):
    return Visitor(client, server)
