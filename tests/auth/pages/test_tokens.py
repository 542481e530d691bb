"""Links of accounts."""

from carboy.auth import auth_state
from carboy.auth.pages.tokens import password_state, send_confirmation, tokens_for


def test_the_link_confirms_this_address_only(site):
    user = site.add()
    with site.app.test_request_context():
        send_confirmation(auth_state.of(site.app), user)
    (mail,) = site.outbox.sent
    assert mail["to"] == user.email
    assert "/account/confirm/" in mail["link"]
    assert mail["link"].startswith("http://localhost/")


def test_tokens_of_two_purposes_differ(site):
    state = auth_state.of(site.app)
    assert tokens_for(state, "confirm").make("1", "x") != tokens_for(
        state, "reset"
    ).make("1", "x")


def test_a_changed_password_voids_its_link(site):
    user = site.add()
    before = password_state(user)
    user.password_hash = user.password_hash[::-1]
    assert password_state(user) != before
    assert password_state(None) == ""
