"""Guards of a second factor that a site requires."""

from .guard import Guard, make_guards

_PAGE = "test_required_factor.py"

REQUIRED_FACTORS: tuple[Guard, ...] = (
    *make_guards(
        _PAGE,
        "auth/login_manager.py",
        [
            (
                'return user if _is_admitted(user, session.get("_auth_methods")) else',
                "return user if user is not None else",
                "test_a_session_from_before_is_none",
            ),
            (
                "        if not _is_admitted(user, None):\n            return None\n",
                "",
                "test_a_remembered_login_from_before_is_none",
            ),
        ],
    ),
    *make_guards(
        _PAGE,
        "auth/install_access.py",
        [
            (
                "user is not None and is_admitted(state, user) else None",
                "user is not None else None",
                "test_an_api_token_from_before_is_refused_until_there_is_a_factor",
            ),
        ],
    ),
    *make_guards(
        _PAGE,
        "auth/login.py",
        [
            (
                "if not (factors or is_whole) and _must_set_up(user):",
                "if False:",
                "test_a_code_by_mail_and_a_new_password_are_no_way_around",
            ),
        ],
    ),
    *make_guards(
        _PAGE,
        "auth/pages/new_secrets.py",
        [
            (
                "totp.seal(make_secret(), user_id)",
                'totp.seal("A" * 32, user_id)',
                "test_each_login_is_shown_a_secret_of_its_own",
            ),
        ],
    ),
    *make_guards(
        _PAGE,
        "auth/pages/two_step_views.py",
        [
            (
                "if len(factors) <= 1 and needs_second_factor(state, user):",
                "if len(factors) < 0:",
                "test_a_required_factor_stays_on",
            ),
        ],
    ),
)
