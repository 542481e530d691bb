"""Mails of accounts."""

import logging

from carboy.auth.pages.mails import send_mail
from carboy.core import registry_of
from carboy.mail import Mail


def test_the_battery_for_mail_sends_it(site):
    with site.app.test_request_context():
        send_mail("confirm", "ada@example.com", link="https://x.example/l")
    assert site.outbox.sent == [
        {"name": "auth_confirm", "to": "ada@example.com", "link": "https://x.example/l"}
    ]


def test_without_it_production_says_so_and_shows_no_link(site, caplog):
    del registry_of(site.app).installed["mail"]
    with site.app.test_request_context(), caplog.at_level(logging.INFO):
        send_mail(
            "confirm", "ada@example.com", link="https://x.example/secret", user=None
        )
    assert "confirm was not sent" in caplog.text
    assert "secret" not in caplog.text


def test_development_prints_it(site, caplog):
    del registry_of(site.app).installed["mail"]
    site.app.debug = True
    user = site.add()
    with site.app.test_request_context(), caplog.at_level(logging.INFO):
        send_mail("confirm", user.email, link="https://x.example/link", user=user)
    assert "https://x.example/link" in caplog.text


def test_the_real_battery_sends_a_subject_and_a_text(site):
    mail = Mail()
    del registry_of(site.app).installed["mail"]
    site.app.config["MAIL_DEFAULT_SENDER"] = "shop@example.com"
    mail.init_app(site.app)
    client = site.app.test_client()
    client.post(
        "/account/register",
        data={"email": "new@example.com"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    (message,) = mail.outbox
    assert message.subject == "Confirm your address"
    assert message.recipients == ["new@example.com"]
    assert message.body.startswith("Open this link to choose a password")
    assert "http://localhost/account/register/" in message.body
