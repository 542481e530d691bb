"""Lines of OWASP ASVS 5, chapter 6, that no other test is about."""

import re
import time
from pathlib import Path

import pytest

from carboy.auth.app_state import auth_state
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.passwords import PasswordRules, WeakPasswordError
from carboy.auth.second_factors.recovery_codes import COUNT
from carboy.auth.second_factors.totp_codes import find_step, make_code, step_of
from carboy.auth.settings import AuthSettings
from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site
from tests.auth.museum.steps import (
    ADA,
    ask_for_code,
    ask_for_reset,
    log_in,
    set_up_app,
)

TEMPLATES = Path(__file__).parents[3] / "src/carboy/auth/templates"


def test_a_password_is_hashed_by_argon2id_with_19_mib_and_two_rounds() -> None:
    settings = AuthSettings()

    assert (settings.argon2_memory, settings.argon2_time) == (19_456, 2)
    assert settings.throttle


def test_a_password_field_hides_what_is_typed_and_takes_what_is_pasted(
    client: Client,
) -> None:
    text = client.get("/account/login").text
    (field,) = re.findall(r"<input[^>]*name=\"?password[^>]*>", text)

    assert 'type="password"' in field
    assert "current-password" in field
    assert "onpaste" not in text
    assert 'autocomplete="off"' not in field


@pytest.mark.parametrize("kind", ["aaabbb", "0123 4567", "只有汉字也可以的密码呀"])
def test_no_kind_of_character_is_asked_for(kind: str) -> None:
    PasswordRules(min_length=6).check(kind + " and other words")


@pytest.mark.parametrize("length", [64, 128, 1000])
def test_a_long_password_is_accepted_and_counts_to_its_end(
    site: Site, client: Client, length: int
) -> None:
    words = "".join(chr(0x4E00 + (n * 7919) % 20_000) for n in range(length - 1))
    site.add(password=words + "x")

    assert log_in(client, password=words + "y").status_code == 422
    assert log_in(client, password=words + "x").status_code == 303


def test_letters_are_not_made_small_or_large(site: Site, client: Client) -> None:
    site.add()

    assert log_in(client, password=PASSWORD.upper()).status_code == 422


def test_a_password_does_not_expire(site: Site, client: Client) -> None:
    user = site.add()
    with site.app.app_context():
        stored = site.db.session.get(site.User, user.id)
        stored.registered_at = stored.registered_at.replace(year=2000)
        stored.email_confirmed_at = stored.registered_at
        site.db.session.commit()

    assert log_in(client).location == "/"


@pytest.mark.parametrize("word", ["carboyshop", "ada.king", "lovelace"])
def test_words_of_the_site_and_the_person_are_no_password(word: str) -> None:
    rules = PasswordRules(8, 8, ("carboyshop",))

    with pytest.raises(WeakPasswordError):
        rules.check(word + "12", ["ada.king", "lovelace"])


def test_there_is_no_account_before_somebody_makes_one(site: Site) -> None:
    with site.app.app_context():
        assert site.db.session.query(site.User).count() == 0


def test_no_page_asks_for_a_hint_or_a_question() -> None:
    for template in TEMPLATES.rglob("*"):
        if template.is_file():
            assert "hint" not in template.read_text("utf-8").lower()
            assert "security question" not in template.read_text("utf-8").lower()


@pytest.mark.parametrize("page", ["reset", "code"])
def test_what_is_sent_by_mail_expires(
    site: Site, client: Client, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add()
    if page == "code":
        code = ask_for_code(site, client)
        # Ten minutes.
        site.clock[0] += 601
        answer = client.post("/account/code", data={"code": code})
    else:
        link = ask_for_reset(site, client)
        later = time.time() + 3601
        monkeypatch.setattr("itsdangerous.timed.time.time", lambda: later)
        answer = client.post(link, data={"password": PASSWORD[::-1]})

    assert answer.status_code == 400


def test_a_recovery_code_has_112_bits_and_is_stored_as_a_hash(site: Site) -> None:
    user = site.add()
    with site.app.app_context():
        factor = make_factor(auth_state.of(site.app))
        codes = factor.recovery_codes.create(str(user.id))
        site.db.session.commit()
    letters = {len(code.replace("-", "")) for code in codes}
    content = Path(site.app.config["SQLALCHEMY_DATABASE_URI"][10:]).read_bytes()

    assert len(set(codes)) == COUNT
    # 30 letters: 4.9 bits each.
    assert min(letters) * 4.9 >= 112
    assert not any(code.encode() in content for code in codes)


def test_the_owner_hears_of_each_change(site: Site, client: Client) -> None:
    user = site.add()
    client.login(user)
    new = PASSWORD[::-1]
    client.post("/account/password", data={"current": PASSWORD, "password": new})
    client.post("/account/email", data={"email": "new@example.com"})

    sent = [(mail["name"], mail["to"]) for mail in site.outbox.sent]
    assert ("auth_password_changed", ADA) in sent
    assert ("auth_email_changing", ADA) in sent


def test_another_factor_ends_the_other_sessions(site: Site, client: Client) -> None:
    site.add()
    with open_client(site.app) as other:
        log_in(other, remember="y")
        log_in(client)
        page = client.get("/account/two-step").text
        (secret,) = re.findall("<code>([A-Z2-7]{32})</code>", page)
        code = make_code(secret, step_of(site.now))
        assert client.post("/account/two-step", data={"code": code}).status_code == 200

        assert client.get("/private").text == "private"
        assert other.get("/private").status_code == 302


def test_a_code_of_an_app_is_good_for_three_steps_at_most(
    site: Site, client: Client
) -> None:
    now = site.now
    secret = set_up_app(site, site.add(), now=now)
    step = step_of(now)

    found = [find_step(secret, make_code(secret, step + n), now) for n in range(-2, 3)]
    assert found == [None, step - 1, step, step + 1, None]
