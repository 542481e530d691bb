"""Guards of the limits of one account that can be named in two ways."""

from .guard import Guard, make_guards

_PAGE = "test_limits.py"
_NAMES = make_guards(
    _PAGE,
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
_MINI_PROGRAM = make_guards(
    _PAGE,
    "auth/pages/mini_program_views.py",
    [
        (
            'f"mini program {request.remote_addr}"',
            '"mini program"',
            "test_strangers_do_not_use_up_the_logins_of_a_mini_program",
        ),
    ],
)
LIMITS: tuple[Guard, ...] = (*_NAMES, *_MINI_PROGRAM)
