"""Guards of the limits of one account that can be named in two ways."""

from .guard import Guard, make_guards

LIMITS: tuple[Guard, ...] = make_guards(
    "test_limits.py",
    "auth/throttles.py",
    [
        (
            'whose = f" {owner}" if owner else account',
            "whose = account",
            "test_a_name_and_an_address_are_one_account",
        ),
        (
            'yield self._key("both", f"{account} {network}"), limits.both',
            'yield self._key("both", f"{owner or account} {network}"), limits.both',
            "test_one_address_does_not_learn_which_name_has_which_mail",
        ),
    ],
)
