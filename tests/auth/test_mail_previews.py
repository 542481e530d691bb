"""Each mail of accounts can be looked at, in each language."""

from pathlib import Path

import pytest

import carboy.auth
from carboy.auth.mail_previews import MAIL_PREVIEWS
from carboy.core import registry_of
from carboy.i18n import Babel
from carboy.mail import Mail

TEMPLATES = Path(carboy.auth.__file__).parent / "templates" / "mail"


def test_each_template_has_values():
    assert sorted(MAIL_PREVIEWS) == sorted(path.stem for path in TEMPLATES.glob("*"))


@pytest.mark.parametrize("name", MAIL_PREVIEWS)
def test_a_preview_is_shown_in_the_language_of_choice(site, name):
    del registry_of(site.app).installed["mail"]
    mail = Mail(site.app)
    mail.guard(lambda: True)
    site.app.config["LANGUAGES"] = ["en", "zh-CN"]
    Babel(site.app)
    client = site.app.test_client()

    english = client.get(f"/-/mail/previews/{name}")
    chinese = client.get(f"/-/mail/previews/{name}?language=zh-CN")

    assert english.status_code == chinese.status_code == 200
    assert f"<h1>{find_title(english.text)}</h1>" in english.text
    assert find_title(chinese.text).isascii() is False
    assert mail.outbox == []


def find_title(page: str) -> str:
    return page.partition("<h1>")[2].partition("</h1>")[0]
