"""A user with a passkey has this factor; no request is needed to know it."""

from carboy.auth.second_factors import Challenges, PasskeyFactor, RelyingParty
from carboy.stores import MemoryStore
from tests.auth.authenticator import Authenticator


def test_a_user_with_a_passkey_has_it_set_up(session, clock):
    asked = []

    def get_party():
        asked.append(1)
        return RelyingParty("shop.example", "https://shop.example", "Shop")

    challenges = Challenges(b"k" * 32, MemoryStore(clock=clock), clock)
    factor = PasskeyFactor(lambda: session, lambda: challenges, get_party)
    assert not factor.is_set_up("1")
    assert asked == []

    passkeys, device = factor.passkeys, Authenticator()
    factor_time = passkeys.begin_registration("1", "ann@example.com")
    passkeys.finish_registration("1", device.create(factor_time), "")

    assert factor.is_set_up("1")
    assert not factor.is_set_up("2")
