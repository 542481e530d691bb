"""The credentials in a URL are read right, whether they are quoted or not."""

from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given, strategies as st

from carboy.core import quote_credentials, split_credentials

passwords = st.text(st.characters(codec="utf-8", exclude_characters="%"), min_size=1)


@given(passwords)
def test_any_password_is_read_as_it_was_written(password):
    parts = urlsplit(quote_credentials(f"redis://ada:{password}@host:6379/0"))

    assert unquote(parts.password or "") == password
    assert (parts.username, parts.hostname, parts.port) == ("ada", "host", 6379)
    assert parts.path == "/0"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://ada:a%40b@host:5432/shop?sslmode=require",
        "sqlite:////home/me@work/site.db",
        "unix:///run/redis.sock?password=a@b",
        "redis://host:6379/0?password=a@b",
        "redis+sentinel://ada:pw@a:1,b:2/shop/0?password=a@b",
        "redis://[::1]:6379/0",
        "memory://",
        "no-url:a@b",
    ],
)
def test_a_url_that_is_quoted_stays_as_it_is(url):
    assert quote_credentials(url) == url


@pytest.mark.parametrize(
    ("rest", "userinfo"),
    [
        ("u:gehe/im@host/db", "u:gehe/im"),
        ("u:a@b?c@host/db", "u:a@b?c"),
        ("u:p@host/db?mail=a@b", "u:p"),
        ("host/db?mail=a@b", ""),
        ("/path@x", ""),
    ],
)
def test_credentials_end_at_the_at_sign_before_the_location(rest, userinfo):
    assert split_credentials(rest)[0] == userinfo
