"""If this passes, http leads to https, and its effects are logged once."""

import logging
import random

import pytest

from carboy import Carboy, Settings
from carboy.core import registry_of

LOGGER = "carboy.https"


def make_client(profile="production", **environ):
    environ = {
        "CARBOY_PROFILE": profile,
        "SECRET_KEY": "k" * 40,
        "TRUSTED_HOSTS": "shop.example,.shop.example",
        **environ,
    }
    settings = Settings.load(root="/nowhere", environ=environ)
    app = Carboy("shop", settings=settings)
    app.add_url_rule("/", "home", lambda: "home", methods=["GET", "POST"])
    app.add_url_rule("/a/<path:rest>", "rest", lambda rest: rest)
    app.testing = True
    return app.test_client()


def get(client, path="/", base="http://shop.example", **options):
    return client.open(path, base_url=base, **options)


def test_https_true_redirects_http_with_method_path_and_query():
    client = make_client(HTTPS="true")

    response = get(client, "/a/b%3Fc%20é?x=1&y=%2F", method="POST", data={"a": "b"})

    assert response.status_code == 308
    assert response.headers["Location"] == (
        "https://shop.example/a/b%3Fc%20%C3%A9?x=1&y=%2F"
    )
    assert get(client, base="https://shop.example").status_code == 200


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({}, 200),
        ({"HTTPS": "true"}, 308),
        ({"HTTPS": "false"}, 200),
        ({"HTTPS": "true", "HTTPS_REDIRECT": "false"}, 200),
        ({"HTTPS_REDIRECT": "true"}, 308),
        ({"HTTPS": "false", "HTTPS_REDIRECT": "true"}, 200),
        ({"profile": "development", "HTTPS_REDIRECT": "true"}, 200),
    ],
)
def test_the_settings_decide(environ, status, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    assert get(make_client(**environ)).status_code == status


def test_the_redirect_leads_to_a_host_of_the_site_only():
    client = make_client(HTTPS="true", SERVER_NAME="shop.example:8443")

    assert get(client).headers["Location"] == "https://shop.example:8443/"
    other = get(client, base="http://www.shop.example:8000")
    assert other.headers["Location"] == "https://www.shop.example/"
    assert get(client, base="http://evil.example").status_code == 400


def test_health_pages_are_not_redirected():
    client = make_client(HTTPS="true")

    assert get(client, "/-/live").status_code == 200
    assert get(client, "/-/ready").status_code == 200


def test_a_proxy_that_is_counted_gives_the_scheme():
    client = make_client(HTTPS="true", PROXY_HOPS="1")

    secure = get(client, headers={"X-Forwarded-Proto": "https"})
    plain = get(client, headers={"X-Forwarded-Proto": "http"})

    assert (secure.status_code, plain.status_code) == (200, 308)


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-Proto": "https"}, {"Forwarded": 'for=1.2.3.4;proto="https"'}],
)
def test_a_proxy_that_is_not_counted_causes_no_loop_and_is_logged(headers, caplog):
    client = make_client(HTTPS="true")

    with caplog.at_level(logging.WARNING, LOGGER):
        responses = [get(client, headers=headers) for _ in range(3)]

    assert {response.status_code for response in responses} == {200}
    (record,) = [r for r in caplog.records if r.name == LOGGER]
    assert "PROXY_HOPS is 0" in record.getMessage()


def test_no_request_is_redirected_twice():
    """Follows redirects from random addresses; prints the seed of a failure."""
    seed = random.randrange(2**32)
    rng = random.Random(seed)
    client = make_client(HTTPS="true")
    for _ in range(200):
        path = "/a/" + "".join(rng.choice("ab/%é ?#&;=.\\") for _ in range(8))
        response = get(client, path, base=f"http://shop.example:{rng.randrange(9999)}")
        location = response.headers["Location"]
        assert location.startswith("https://shop.example/"), (seed, path)
        again = client.get(location)
        assert "X-Request-ID" in again.headers, (seed, path)
        # Only the router's own redirects are left: of `//` in a path.
        if again.status_code != 200:
            assert again.status_code in {308, 404}, (seed, path)
            assert again.headers.get("Location", "https:").startswith("https:")


def test_a_site_with_secure_cookies_over_http_logs_once_why_logins_are_lost(caplog):
    client = make_client()

    with caplog.at_level(logging.WARNING, LOGGER):
        get(client, "/-/live")
        get(client, base="https://shop.example")
        assert not [r for r in caplog.records if r.name == LOGGER]
        get(client, "/a/login")
        get(client)

    (record,) = [r for r in caplog.records if r.name == LOGGER]
    text = record.getMessage()
    assert text.startswith("GET /a/login came over http")
    assert "nobody stays logged in" in text
    assert "HTTPS=false" in text


def test_a_site_without_https_has_no_hook():
    app = make_client(HTTPS="false").application

    assert "https" in registry_of(app).installed
    hooks = app.before_request_funcs[None]
    assert not [hook for hook in hooks if hook.__module__ == "carboy.site.https"]
