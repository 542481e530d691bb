"""Flask-Mail's settings work, and none sends anything in tests."""

from carboy.mail.settings import MailSettings


def test_the_settings_of_flask_mail_make_the_default_mailer():
    settings = MailSettings.read({
        "MAIL_SERVER": "mail.example.com",
        "MAIL_PORT": 465,
        "MAIL_USE_SSL": True,
        "MAIL_USERNAME": "me",
        "MAIL_PASSWORD": "secret",
        "MAIL_MAX_EMAILS": 5,
    })
    address = settings.find_addresses(testing=False, debug=False)["default"]

    assert (address.kind, address.host, address.port) == (
        "smtps",
        "mail.example.com",
        465,
    )
    assert (address.user, address.password, address.mails) == ("me", "secret", 5)


def test_tests_keep_mails_in_memory_and_development_prints_them():
    settings = MailSettings.read({})

    assert settings.find_addresses(testing=True, debug=True)["default"].kind == "memory"
    found = settings.find_addresses(testing=False, debug=True)["default"]
    assert found.kind == "console"
