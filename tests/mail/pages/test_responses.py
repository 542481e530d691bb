"""The pages are closed, and the HTML of a mail can do nothing."""

import pytest

from carboy.mail.mailers import Envelope
from carboy.mail.outbox import UNDECIDED
from tests.mail.conftest import MakeMailSite

HTML = b"Subject: x\r\nContent-Type: text/html\r\n\r\n<script>alert(1)</script>"
MAIL = Envelope("m1", "a@example.com", ("b@example.com",), HTML)
HERE = {"Origin": "http://localhost"}
PAGES = (
    "/-/mail",
    "/-/mail/messages/m1",
    "/-/mail/messages/m1/html",
    "/-/mail/messages/m1/mail.eml",
    "/-/mail/previews",
)


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_the_pages_but_a_developer_or_whom_the_guard_lets_in(
    make_mail_site: MakeMailSite, page: str
):
    app, mail, state = make_mail_site()
    state.outbox.add(None, MAIL, mailer="default", subject="x", state=UNDECIDED)
    client = app.test_client()
    forwarded = {"X-Forwarded-For": "192.0.2.1"}

    assert client.get(page).status_code == 404
    app.debug = True
    assert client.get(page).status_code == 200
    assert client.get(page, headers=forwarded).status_code == 404
    assert client.get(page, base_url="http://evil.example").status_code == 404
    mail.guard(lambda: False)
    assert client.get(page).status_code == 404
    app.debug = False
    mail.guard(lambda: True)
    assert client.get(page).status_code == 200


@pytest.mark.parametrize("action", ["send", "discard"])
def test_a_page_of_another_site_decides_nothing(
    make_mail_site: MakeMailSite, action: str
):
    app, mail, state = make_mail_site()
    state.outbox.add(None, MAIL, mailer="default", subject="x", state=UNDECIDED)
    path = f"/-/mail/messages/m1/{action}"
    client = app.test_client()

    assert client.post(path, headers=HERE).status_code == 404
    mail.guard(lambda: True)
    evil = {"Sec-Fetch-Site": "cross-site", "Origin": "http://evil.example"}
    assert client.post(path, headers=evil).status_code == 403
    assert state.outbox.count(UNDECIDED) == 1


def test_the_html_of_a_mail_runs_no_script_and_loads_nothing(
    make_mail_site: MakeMailSite,
):
    app, mail, state = make_mail_site()
    state.outbox.add(None, MAIL, mailer="default", subject="x")
    mail.guard(lambda: True)
    client = app.test_client()

    page = client.get("/-/mail/messages/m1")
    answer = client.get("/-/mail/messages/m1/html")

    assert "<script>alert" not in page.text
    assert '<iframe class="ui-frame" sandbox src=' in page.text
    policy = answer.headers["Content-Security-Policy"].split("; ")
    assert "sandbox" in policy
    assert "default-src 'none'" in policy
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
