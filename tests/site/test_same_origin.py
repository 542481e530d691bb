"""Only pages of the site itself may send forms."""

import pytest
from flask import Flask
from werkzeug.exceptions import Forbidden

from carboy.site import is_own_address, require_same_origin


@pytest.mark.parametrize(
    ("headers", "is_allowed"),
    [
        ({}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, False),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Referer": "http://localhost/page"}, True),
    ],
)
def test_only_the_site_itself_may_send_forms(headers: dict[str, str], is_allowed: bool):
    with Flask("shop").test_request_context("/", headers=headers):
        if is_allowed:
            require_same_origin()
        else:
            with pytest.raises(Forbidden):
                require_same_origin()


def test_an_address_is_own_by_scheme_host_and_port():
    with Flask("shop").test_request_context("/"):
        assert is_own_address("http://localhost/x")
        assert not is_own_address("https://localhost/x")
        assert not is_own_address("http://localhost:81/x")
        assert not is_own_address(None)
