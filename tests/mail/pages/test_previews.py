"""Previews show the mails of the site and of batteries; nothing is sent."""

from carboy.i18n import Babel
from carboy.mail import Message
from carboy.translation import get_language
from tests.mail.conftest import MakeMailSite


def test_a_preview_is_listed_and_shown_in_a_language(make_mail_site: MakeMailSite):
    app, mail, state = make_mail_site(LANGUAGES=["en", "zh-CN"])
    Babel(app)
    mail.guard(lambda: True)

    @mail.preview("welcome")
    def welcome() -> Message:
        return Message("Hello", html=f"<p>Language {get_language()}</p>")

    client = app.test_client()

    assert (
        "/-/mail/previews/welcome?language=zh-CN" in client.get("/-/mail/previews").text
    )
    assert "Hello" in client.get("/-/mail/previews/welcome").text
    page = client.get("/-/mail/previews/welcome/html?language=zh-CN").text
    assert "Language zh-CN" in page
    assert client.get("/-/mail/previews/none").status_code == 404
    assert state.outbox.list_mails() == []
