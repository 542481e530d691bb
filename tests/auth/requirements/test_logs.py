"""Lines of OWASP ASVS 5, chapter 16: no secret is logged, and nobody forges a line."""

import logging

import pytest

from carboy.testing import Client
from tests.auth.conftest import PASSWORD, Site
from tests.auth.museum.steps import (
    LOGIN,
    NEW_PASSWORD,
    ask_for_code,
    ask_for_reset,
    is_logged_in,
    log_in,
)


def test_no_password_link_code_or_cookie_is_logged(
    site: Site, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    site.add()
    secrets = [PASSWORD, NEW_PASSWORD, "canary-guess"]
    client.post(LOGIN, data={"login": "ada@example.com", "password": "canary-guess"})
    log_in(client, remember="y")
    for name in ("session", "remember_token"):
        cookie = client.get_cookie(name)
        assert cookie is not None
        secrets.append(cookie.value)
    client.post("/account/logout")
    link = ask_for_reset(site, client)
    client.post(link, data={"password": NEW_PASSWORD})
    code = ask_for_code(site, client)
    client.post("/account/code", data={"code": code})
    secrets += [link.rpartition("/")[2], code]

    assert is_logged_in(client)
    for secret in secrets:
        assert secret not in caplog.text


def test_no_line_of_a_log_is_forged(
    site: Site, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    forged = "x\r\nERROR forged\x1b[2J"
    for field in ("login", "password"):
        values = {"login": "a@b.example", "password": "x", field: forged}
        client.post(LOGIN, data=values)
        client.post(LOGIN, json=values)

    assert "ERROR forged" not in caplog.text
