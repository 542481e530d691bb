"""Checks name settings with which mails are lost or read by others."""

from carboy.mail.checks import check_site

from .conftest import MakeMailSite


def list_ids(make: MakeMailSite, **config: object) -> list[str]:
    app, _, _ = make(**config)
    return [check.id for check in check_site(app)]


def test_production_without_a_server_is_an_error(make_mail_site: MakeMailSite):
    assert "mail.E001" in list_ids(make_mail_site, PROFILE="production")


def test_a_good_site_has_no_finding(make_mail_site: MakeMailSite):
    url = "smtp://me:secret@mail.example.com:587"

    assert list_ids(make_mail_site, PROFILE="production", MAIL_URL=url) == []


def test_a_password_in_plain_text_is_an_error(make_mail_site: MakeMailSite):
    url = "smtp://me:secret@mail.example.com:25"

    assert "mail.E002" in list_ids(make_mail_site, MAIL_URL=url)


def test_no_sender_and_no_verification_are_warnings(make_mail_site: MakeMailSite):
    url = "smtps://mail.example.com?verify=false"
    ids = list_ids(make_mail_site, MAIL_URL=url, MAIL_DEFAULT_SENDER=None)

    assert ids == ["mail.W001", "mail.W002"]


def test_the_sender_of_development_is_known(make_mail_site: MakeMailSite):
    profiles = ("development", "testing", "production")
    named = [
        "mail.W001"
        in list_ids(make_mail_site, PROFILE=profile, MAIL_DEFAULT_SENDER=None)
        for profile in profiles
    ]

    assert named == [False, False, True]
