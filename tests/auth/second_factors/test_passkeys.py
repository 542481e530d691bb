"""Passkeys are registered and used once for each challenge, synced ones too."""

import pytest

from carboy.auth.second_factors.challenges import Challenges
from carboy.auth.second_factors.passkeys import (
    PasskeyError,
    Passkeys,
    RelyingParty,
    UnknownPasskeyError,
)
from carboy.stores import MemoryStore
from tests.auth.authenticator import Authenticator

PARTY = RelyingParty("shop.example", "https://shop.example", "Shop")


@pytest.fixture
def passkeys(session, clock):
    challenges = Challenges(b"k" * 32, MemoryStore(clock=clock), clock)
    return Passkeys(session, challenges, PARTY, clock)


def _register(passkeys, device, user_id="1"):
    options = passkeys.begin_registration(user_id, "ann@example.com")
    return passkeys.finish_registration(user_id, device.create(options), " my  phone ")


def test_a_passkey_logs_its_owner_in_without_a_name(passkeys):
    device = Authenticator()
    passkey = _register(passkeys, device)

    used = passkeys.finish_login(device.get(passkeys.begin_login()))

    assert (used.user_id, used.id) == ("1", passkey.id)
    assert passkey.name == "my phone"
    assert passkey.is_synced
    assert passkeys.list("1")[0].last_used_at is not None


def test_an_answer_works_once(passkeys):
    device = Authenticator()
    _register(passkeys, device)
    answer = device.get(passkeys.begin_login())
    passkeys.finish_login(answer)

    with pytest.raises(PasskeyError, match="too long"):
        passkeys.finish_login(answer)


def test_a_challenge_expires(passkeys, clock):
    device = Authenticator()
    _register(passkeys, device)
    answer = device.get(passkeys.begin_login())
    clock.advance(301)

    with pytest.raises(PasskeyError, match="too long"):
        passkeys.finish_login(answer)


def test_a_synced_passkey_with_an_old_counter_is_accepted(passkeys):
    device = Authenticator(synced=True)
    device.count = 9
    _register(passkeys, device)
    device.count = 3

    assert passkeys.finish_login(device.get(passkeys.begin_login())).user_id == "1"


def test_a_copied_passkey_of_one_device_is_refused(passkeys):
    device = Authenticator(synced=False)
    device.count = 9
    _register(passkeys, device)
    device.count = 3

    with pytest.raises(PasskeyError, match="not accepted"):
        passkeys.finish_login(device.get(passkeys.begin_login()))


def test_a_passkey_without_verification_of_the_person_is_refused(passkeys):
    with pytest.raises(PasskeyError):
        _register(passkeys, Authenticator(verified=False))
    device = Authenticator()
    _register(passkeys, device)
    device.flags &= ~0x04

    with pytest.raises(PasskeyError):
        passkeys.finish_login(device.get(passkeys.begin_login()))


def test_a_passkey_of_another_site_is_refused(passkeys):
    device = Authenticator()
    _register(passkeys, device)
    device.origin = "https://shop.example.evil.example"

    with pytest.raises(PasskeyError):
        passkeys.finish_login(device.get(passkeys.begin_login()))


def test_the_passkey_of_somebody_else_is_no_second_factor(passkeys):
    mine, other = Authenticator(), Authenticator()
    _register(passkeys, mine, "1")
    _register(passkeys, other, "2")

    with pytest.raises(PasskeyError, match="another account") as refused:
        passkeys.finish_login(other.get(passkeys.begin_login("1")), "1")
    # A 404 would make the browser forget a passkey that is valid.
    assert refused.value.status == 400


def test_a_challenge_for_one_purpose_serves_no_other(passkeys):
    device = Authenticator()
    _register(passkeys, device)
    answer = device.get(passkeys.begin_login())

    with pytest.raises(PasskeyError, match="too long"):
        passkeys.finish_login(answer, "1")
    options = passkeys.begin_registration("1", "ann@example.com")
    with pytest.raises(PasskeyError, match="too long"):
        passkeys.finish_registration("2", Authenticator().create(options), "")


def test_a_removed_passkey_is_unknown_with_a_404(passkeys):
    device = Authenticator()
    passkey = _register(passkeys, device)
    assert not passkeys.remove("2", passkey.id)
    assert passkeys.remove("1", passkey.id)

    with pytest.raises(UnknownPasskeyError) as refused:
        passkeys.finish_login(device.get(passkeys.begin_login()))
    assert refused.value.status == 404


def test_a_passkey_is_renamed_by_its_owner(passkeys):
    passkey = _register(passkeys, Authenticator())

    assert not passkeys.rename("2", passkey.id, "stolen")
    assert passkeys.rename("1", passkey.id, " blue  key ")
    assert passkeys.list("1")[0].name == "blue key"


def test_the_same_passkey_is_registered_once(passkeys):
    device = Authenticator()
    _register(passkeys, device)

    with pytest.raises(PasskeyError, match="already"):
        _register(passkeys, device, "2")


def test_a_wrong_signature_is_refused(passkeys):
    device, thief = Authenticator(), Authenticator()
    _register(passkeys, device)
    thief.id, thief.handle = device.id, device.handle

    with pytest.raises(PasskeyError):
        passkeys.finish_login(thief.get(passkeys.begin_login()))


@pytest.mark.parametrize(
    "answer",
    [None, "", [], {}, {"response": {}}, {"response": {"clientDataJSON": "!"}}],
)
def test_an_answer_that_is_none_is_refused(passkeys, answer):
    with pytest.raises(PasskeyError):
        passkeys.finish_login(answer)


def test_options_without_a_user_are_the_same_for_everybody(passkeys):
    _register(passkeys, Authenticator())

    assert '"allowCredentials": []' in passkeys.begin_login()
