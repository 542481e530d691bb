"""Published holes of limits on guesses."""

from collections.abc import Callable
from typing import Any

import pytest

from carboy.auth import Throttle, ThrottledError, auth_state
from carboy.auth.pages.mini_program_views import take_code_attempt
from carboy.stores import MemoryStore
from carboy.testing import Client, open_client
from tests.auth.conftest import PASSWORD, Site

from .steps import ADA, EVE, LOGIN, ask_for_code, log_in, set_up_app


def _guess(client: Client, login: str = ADA, **options: Any) -> int:
    data = {"login": login, "password": "wrong"}
    return client.post(LOGIN, data=data, **options).status_code


def test_a_forged_header_is_no_other_address(site: Site, client: Client) -> None:
    """django-allauth 65.14.2, GHSA-7hf7-2c6x-8rc9 (Better Auth): it counted anew."""
    site.add()
    names = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "CF-Connecting-IP")
    seen = [
        _guess(client, headers=dict.fromkeys(names, f"10.0.0.{number}"))
        for number in range(12)
    ]

    assert seen == [422] * 10 + [429] * 2


def test_a_success_clears_no_limit(site: Site, client: Client) -> None:
    """django-allauth 65.8.1: an own login cleared the guesses of its address."""
    site.add()
    site.add(EVE)
    for _ in range(10):
        _guess(client)

    with open_client(site.app) as own:
        assert log_in(own, EVE).status_code == 303

    assert _guess(client) == 429


def test_a_success_gives_back_its_own_attempt_only() -> None:
    """django-allauth 65.8.1, for the limit of an address."""
    throttle = Throttle(MemoryStore(), "mail")
    for number in range(19):
        throttle.take(f"user{number}", "1.1.1.1")
    throttle.take("own", "1.1.1.1").give_back()
    throttle.take("last", "1.1.1.1")

    with pytest.raises(ThrottledError):
        throttle.take("next", "1.1.1.1")


@pytest.mark.parametrize(
    "login", [ADA, "ADA@example.com", " ada@example.com", "\uff41da@example.com"]
)
def test_another_spelling_is_no_other_account(
    site: Site, client: Client, login: str
) -> None:
    """CVE-2026-97764 (django-allauth): each spelling had a limit of its own."""
    site.add()
    for _ in range(10):
        _guess(client)

    assert _guess(client, login) == 429


def test_a_program_has_the_same_limit(site: Site, client: Client) -> None:
    """django-allauth 65.2.0: the API did not count guesses of codes."""
    site.add()
    code = ask_for_code(site, client)
    wrong = "0" * 8 if code != "0" * 8 else "1" * 8
    seen = [
        client.post("/account/code", json={"code": wrong}).status_code for _ in range(6)
    ]

    assert seen == [400] * 5 + [429]
    assert client.post("/account/code", json={"code": code}).status_code == 429


def test_guesses_of_the_second_step_count_for_the_account(site: Site) -> None:
    """Better Auth 1.6.22: each session, and each address, had guesses of its own."""
    set_up_app(site, site.add(), now=site.now)
    seen = []
    for number in range(12):
        with open_client(site.app) as client:
            client.environ_base["REMOTE_ADDR"] = f"10.0.0.{number}"
            log_in(client)
            answer = client.post("/account/second-step", data={"code": "x"})
            seen.append(answer.status_code)

    assert seen == [422] * 10 + [429] * 2


def test_who_is_attacked_still_logs_in_from_elsewhere(
    site: Site, client: Client
) -> None:
    """ASVS 6.1.1: an attacker must not be able to lock an account."""
    site.add()
    for _ in range(200):
        if _guess(client) == 429:
            break

    with open_client(site.app) as owner:
        owner.environ_base["REMOTE_ADDR"] = "10.9.9.9"
        assert log_in(owner).status_code == 303


def test_the_own_password_is_guessed_no_faster(site: Site, client: Client) -> None:
    """CVE-2021-21241 (Flask-Security): a stolen session leads to no password."""
    client.login(site.add())
    data = {"current": "wrong", "password": PASSWORD[::-1]}
    seen = [client.post("/account/password", data=data).status_code for _ in range(6)]

    assert seen == [422] * 5 + [429]


def test_mails_to_confirm_an_address_are_limited(site: Site, client: Client) -> None:
    """django-allauth 65.0.2: a login sent a mail each time."""
    site.add(email_confirmed_at=None)
    seen = [log_in(client).status_code for _ in range(5)]

    assert len(site.outbox.sent) == 3
    assert seen == [422] * 3 + [429] * 2


def test_a_name_and_an_address_are_one_account(site: Site) -> None:
    """NIST 800-63B-4 3.2.2: the limit of an account counted each way to name it."""
    site.add(username="ada")
    for number in range(101):
        with open_client(site.app) as client:
            client.environ_base["REMOTE_ADDR"] = f"10.0.{number % 20}.1"
            status = _guess(client, "ada" if number % 2 else ADA)
            assert status == (422 if number < 100 else 429), number

    with open_client(site.app) as client:
        client.environ_base["REMOTE_ADDR"] = "10.1.0.1"
        assert _guess(client, "somebody else") == 422
        # Neither tells more than that there were too many.
        assert {_guess(client, "ada"), _guess(client, ADA)} == {429}


def test_one_address_does_not_learn_which_name_has_which_mail(
    site: Site, client: Client
) -> None:
    """CWE-204: guesses at a name used up those at the address of the same person."""
    site.add(username="ada")
    for _ in range(10):
        _guess(client, "ada")

    assert _guess(client, "ada") == 429
    # As for an address that belongs to somebody else, or to nobody.
    assert [_guess(client, each) for each in (ADA, EVE)] == [422, 422]


def test_strangers_do_not_use_up_the_logins_of_a_mini_program(
    make_site: Callable[..., Site],
) -> None:
    """ASVS 6.1.1: ten addresses locked everybody out of the mini program."""
    keys = dict(zip(("ID", "SECRET"), ("wx1", "s"), strict=True))
    mini = {f"AUTH_SOCIAL_WECHAT_MINI_{name}": value for name, value in keys.items()}
    site = make_site(**mini)
    state = auth_state.of(site.app)
    page = "/account/social/wechat/mini-program"

    def count(address: str) -> bool:
        # What the page does before it asks WeChat, which does not know the code.
        where = {"REMOTE_ADDR": address}
        with site.app.test_request_context(page, environ_base=where):
            try:
                return take_code_attempt(state) is not None
            except ThrottledError:
                return False

    assert [count(f"10.0.0.{n % 20}") for n in range(101)].count(True) >= 100
    assert count("10.9.9.9")
