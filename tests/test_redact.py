"""No part of a password is shown, however it is written."""

from typing import Annotated, Any, ClassVar
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import given, strategies as st

from carboy.core import (
    HIDDEN,
    Section,
    is_secret_name,
    redact_query,
    redact_text,
    redact_url,
    redact_value,
    setting,
)
from carboy.sessions.settings import SessionSettings
from tests.redaction import assert_hides

passwords = st.text(st.characters(codec="utf-8"), min_size=3)
BESIDE = "postgresql://ada:" + HIDDEN + "@host:5432/shop"


class ShopSettings(Section, frozen=True, kw_only=True):
    prefix: ClassVar[str] = "SHOP"

    url: str = ""
    binds: Annotated[dict[str, Any], setting("URLs by name.")] = msgspec.field(
        default_factory=dict
    )
    urls: tuple[str, ...] = ()


@given(passwords)
def test_a_url_shows_no_part_of_its_password(password):
    url = f"postgresql://ada:{password}@host:5432/shop"

    assert_hides(redact_url(url), password, BESIDE)


@given(passwords)
def test_no_repr_of_a_section_shows_a_part_of_a_password(password):
    url = f"postgresql://ada:{password}@host:5432/shop"
    sections = [
        SessionSettings(url=url),
        ShopSettings(url=url),
        ShopSettings(binds={"a": url, "b": {"password": password, "url": url}}),
        ShopSettings(urls=(url, url)),
    ]
    beside = repr([
        SessionSettings(url=BESIDE),
        ShopSettings(binds={"a": BESIDE, "b": {"password": "", "url": BESIDE}}),
        ShopSettings(urls=(BESIDE, BESIDE), url=BESIDE),
    ])

    for section in sections:
        assert_hides(repr(section), password, beside + HIDDEN)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:gehe/im@host/db", "postgresql://u:********@host/db"),
        ("postgresql://u:ge@heim@host/db", "postgresql://u:********@host/db"),
        ("redis://:pw@host/0?timeout=1", "redis://:********@host/0?timeout=1"),
        ("redis://host/0?password=pw&x=1", "redis://host/0?password=********"),
        ("redis://host/0?password=p@w", "redis://********"),
        ("postgresql://u@host/db", "postgresql://u@host/db"),
        ("sqlite:////home/a@b/c:d.db", "sqlite:////home/a@b/c:d.db"),
        ("no url", "no url"),
    ],
)
def test_what_is_no_secret_is_still_shown(url, shown):
    assert redact_url(url) == shown


def test_each_url_in_a_text_is_redacted():
    text = "cannot reach redis://:pw1/x@a:1/0, postgresql://u:pw2@b/c: refused"

    assert redact_text(text) == (
        "cannot reach redis://:********@a:1/0, postgresql://u:********@b/c: refused"
    )


def test_containers_are_redacted_inside():
    value = {"password": "pw", "options": [("redis://:pw@a", 1)], "user": "ada"}

    assert redact_value(value) == {
        "password": HIDDEN,
        "options": [("redis://:********@a", 1)],
        "user": "ada",
    }


def test_names_of_secrets_are_recognized():
    assert is_secret_name("REDIS_PASSWORD")
    assert is_secret_name("api_token")
    assert is_secret_name("Authorization")
    assert not is_secret_name("host")


names = st.sampled_from([
    *("token", "access_token", "PASSWORD", "api-key", "code", "State", "sig"),
    *("tok%65n", "%2574oken", "user[password]", "next_secret"),
])


@given(names, passwords)
def test_a_query_string_shows_no_secret(name, secret):
    query = f"page=2&{name}={quote(secret)}&sort=title"

    assert redact_query(query) == f"page=2&{name}={HIDDEN}&sort=title"


def test_a_query_string_keeps_what_is_no_secret():
    for query in ("", "q=red+wine&page=2", "flag", "a=", "postcode=1010&token="):
        assert redact_query(query) == query


def test_a_query_string_shows_no_password_of_a_url_in_it():
    url = quote("postgresql://ada:hunter22@host/shop")

    assert redact_query(f"next=/a&to={url}") == f"next=/a&to={HIDDEN}"
