"""The provider for tests answers over HTTP, and refuses what it did not make."""

import json
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from carboy.testing.identity_provider import IdentityProvider


def test_the_provider_describes_itself_and_refuses_unknown_tokens():
    with IdentityProvider() as provider:
        with urlopen(f"{provider.url}/.well-known/openid-configuration") as answer:  # noqa: S310 - its own server
            assert json.load(answer)["issuer"] == provider.url
        with pytest.raises(HTTPError) as refused:
            urlopen(f"{provider.url}/user")  # noqa: S310 - as above
        refused.value.close()
        assert refused.value.code == 401
