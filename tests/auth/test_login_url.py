"""Addresses of login pages."""

import pytest
from flask import Flask

from carboy.auth import login_url
from carboy.auth.login_url import expand_login_view, make_next_param

app = Flask(__name__)
app.add_url_rule("/login", "login")


@pytest.mark.parametrize(
    ("view", "next_url", "expected"),
    [
        ("login", None, "/login"),
        ("login", "http://localhost/a?b=c", "/login?next=%2Fa%3Fb%3Dc"),
        ("/sign-in?x=1", "http://localhost/a", "/sign-in?x=1&next=%2Fa"),
        (
            "https://id.example/login",
            "http://localhost/a",
            "https://id.example/login?next=http%3A%2F%2Flocalhost%2Fa",
        ),
    ],
)
def test_the_login_page_leads_back(view, next_url, expected):
    with app.test_request_context():
        assert login_url(view, next_url) == expected


def test_the_page_to_come_back_to_is_short_on_the_same_host():
    here = "https://a.example/x?y=1"
    assert make_next_param("https://a.example/login", here) == "/x?y=1"
    assert make_next_param("https://b.example/login", here) == here
    assert make_next_param("http://a.example/login", here) == here


def test_a_view_or_an_address_names_the_login_page():
    with app.test_request_context():
        assert expand_login_view("login") == "/login"
    assert expand_login_view("/x") == "/x"
