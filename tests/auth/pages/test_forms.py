"""Forms of accounts."""

import pytest

from carboy.auth.pages.forms import EmailForm, LoginForm, ProfileForm


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@",
        "@example.com",
        "ada@example",
        "a b@example.com",
        "a\u0000@b.c",
    ],
)
def test_what_cannot_be_an_address_is_refused(site, address):
    with site.app.test_request_context():
        form = EmailForm(data={"email": address}, meta={"csrf": False})
        form.process(data={"email": address})
        assert not form.validate()
        assert form.email.errors


@pytest.mark.parametrize(
    ("name", "fits"), [("ada_l-2", True), ("a@b.c", False), ("a b", False)]
)
def test_a_user_name_is_no_address(site, name, fits):
    with site.app.test_request_context():
        form = ProfileForm(data={"username": name}, meta={"csrf": False})
        form.process(data={"username": name})
        assert form.validate() is fits


def test_browsers_know_what_the_fields_are(site):
    with site.app.test_request_context():
        form = LoginForm()
        assert 'autocomplete="current-password"' in str(form.password())
        assert 'autocapitalize="none"' in str(form.login())
