"""Which site a passkey belongs to, and what a request has as an answer."""

import json

import pytest

from carboy.auth import auth_state
from carboy.auth.pages.forms import PasskeyForm
from carboy.auth.pages.passkeys import get_credential_id, get_party, read_answer
from carboy.auth.second_factors import PasskeyError


@pytest.mark.parametrize(
    ("url", "domain", "origin"),
    [
        ("https://shop.example", "shop.example", "https://shop.example"),
        ("http://localhost:5000", "localhost", "http://localhost:5000"),
    ],
)
def test_passkeys_belong_to_the_host_of_the_page(site, url, domain, origin):
    with site.app.test_request_context("/", base_url=url):
        party = get_party(auth_state.of(site.app))

    assert (party.id, party.origin) == (domain, origin)


def test_a_domain_is_for_its_subdomains_and_no_other(make_site):
    site = make_site(AUTH_PASSKEY_DOMAIN="shop.example")
    state = auth_state.of(site.app)
    with site.app.test_request_context("/", base_url="https://my.shop.example"):
        party = get_party(state)
        assert (party.id, party.origin) == ("shop.example", "https://my.shop.example")
    for url in ("https://evilshop.example", "https://shop.example.evil"):
        with (
            site.app.test_request_context("/", base_url=url),
            pytest.raises(PasskeyError, match="do not work at this address"),
        ):
            get_party(state)


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({"data": {"answer": '{"rawId": "x"}'}}, {"rawId": "x"}),
        ({"json": {"answer": {"rawId": "x"}}}, {"rawId": "x"}),
        ({"json": {"answer": '{"rawId": "x"}'}}, {"rawId": "x"}),
        ({"json": ["answer"]}, None),
        ({"json": {}}, None),
        ({"data": {}}, None),
        ({"data": {"answer": "{"}}, None),
        ({"data": {"answer": json.dumps({"a": "x" * 20_000})}}, None),
    ],
)
def test_an_answer_is_read_from_a_form_or_from_json(site, options, answer):
    with site.app.test_request_context("/", method="POST", **options):
        assert read_answer(PasskeyForm()) == answer


def test_the_id_is_a_text_or_nothing():
    assert get_credential_id({"rawId": "x"}) == "x"
    assert get_credential_id({"rawId": ["x"]}) == ""
    assert get_credential_id(None) == ""
