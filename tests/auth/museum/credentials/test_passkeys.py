"""Published holes of passkeys."""

from typing import Any

import pytest

from carboy.auth.second_factors import PasskeyError, Passkeys
from carboy.auth.second_factors.challenges import Challenges
from carboy.auth.second_factors.passkeys import RelyingParty
from carboy.stores import MemoryStore
from tests.auth.authenticator import Authenticator


@pytest.fixture
def passkeys(session: Any, clock: Any) -> Passkeys:
    party = RelyingParty("shop.example", "https://shop.example", "Shop")
    challenges = Challenges(b"k" * 32, MemoryStore(clock=clock), clock)
    return Passkeys(session, challenges, party, clock)


def _register(passkeys: Passkeys, user_id: str, **options: Any) -> Authenticator:
    device = Authenticator(**options)
    answer = device.create(passkeys.begin_registration(user_id, "ada"))
    passkeys.finish_registration(user_id, answer, "")
    return device


def test_an_answer_of_an_authenticator_works_once(passkeys: Passkeys) -> None:
    """CVE-2026-114607 (Better Auth): what was kept for one use served again."""
    device = _register(passkeys, "1")
    answer = device.get(passkeys.begin_login())
    assert passkeys.finish_login(answer).user_id == "1"

    with pytest.raises(PasskeyError):
        passkeys.finish_login(answer)


def test_a_challenge_to_register_is_none_to_log_in(passkeys: Passkeys) -> None:
    """CVE-2026-114607 (Better Auth): one purpose served another."""
    device = _register(passkeys, "1")
    options = passkeys.begin_registration("1", "ada")
    options = options.replace('"rp":', '"rpId": "shop.example", "rp":')

    with pytest.raises(PasskeyError):
        passkeys.finish_login(device.get(options))


def test_a_passkey_is_registered_by_whoever_began(passkeys: Passkeys) -> None:
    """CVE-2025-61928 (Better Auth): a credential was made for another user."""
    device = Authenticator()
    answer = device.create(passkeys.begin_registration("1", "ada"))

    with pytest.raises(PasskeyError):
        passkeys.finish_registration("2", answer, "")
    assert passkeys.list("2") == []


def test_a_passkey_of_somebody_else_is_no_second_factor(passkeys: Passkeys) -> None:
    """CVE-2025-61928 (Better Auth): the user of the request was not compared."""
    device = _register(passkeys, "2")
    _register(passkeys, "1")

    with pytest.raises(PasskeyError):
        passkeys.finish_login(device.get(passkeys.begin_login("1")), "1")


def test_another_site_gets_no_answer_that_counts(passkeys: Passkeys) -> None:
    """ASVS 6.3.3: a factor that resists phishing compares the origin."""
    device = _register(passkeys, "1")
    device.origin = "https://shop.example.evil.example"

    with pytest.raises(PasskeyError):
        passkeys.finish_login(device.get(passkeys.begin_login()))


def test_a_person_shows_who_it_is(passkeys: Passkeys) -> None:
    """NIST 800-63B: who has found a device has not got its owner's finger."""
    with pytest.raises(PasskeyError):
        _register(passkeys, "1", verified=False)


def test_a_copy_of_a_device_is_noticed(passkeys: Passkeys) -> None:
    """WebAuthn 6.1.1: a counter that stands still is a copy; synced ones have none."""
    device = _register(passkeys, "1", synced=False)
    device.count = 5
    passkeys.finish_login(device.get(passkeys.begin_login()))
    device.count = 4

    with pytest.raises(PasskeyError):
        passkeys.finish_login(device.get(passkeys.begin_login()))


def test_nobody_removes_the_passkey_of_another(passkeys: Passkeys) -> None:
    """CVE-2025-61928 (Better Auth): a number was enough."""
    _register(passkeys, "1")
    (passkey,) = passkeys.list("1")

    assert not passkeys.remove("2", passkey.id)
    assert passkeys.list("1") == [passkey]
