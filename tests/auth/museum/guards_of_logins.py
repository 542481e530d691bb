"""Guards of logins: sessions, limits, redirects, and what nobody must learn."""

from .guard import make_guards

_LOGIN, _MANAGER = "auth/login.py", "auth/login_manager.py"
_ATTEMPTS, _CODES = "auth/pages/attempts.py", "auth/pages/mailed_codes.py"
_VIEWS, _REGISTER = "auth/pages/login_views.py", "auth/pages/register_views.py"
_THROTTLES, _REDIRECT = "auth/throttles.py", "auth/safe_redirect.py"
_REMEMBERED, _SESSIONS = "test_remembered_logins.py", "test_sessions.py"
_LIMITS, _REDIRECTS = "test_limits.py", "test_redirects.py"
_ENUMERATION, _PASSWORDS = "test_enumeration.py", "test_passwords.py"

LOGINS = (
    *make_guards(
        _REMEMBERED,
        _MANAGER,
        [
            (
                " or has_device_ended(device):",
                ":",
                "test_a_remembered_login_ends_with_the_logout",
            ),
            (
                'if session.get("_user_id") not in {None, user_id}:\n'
                "            # It was",
                "if False:\n            # It was",
                "test_a_remembered_login_takes_nothing_of_somebody_else",
            ),
            (
                "remembered = decode_remembered(app, value, seconds)",
                'remembered = ("1", self._user_callback("1").auth_epoch, "x")',
                "test_a_remembered_login_has_no_value_for_another_purpose",
            ),
        ],
    ),
    *make_guards(
        _REMEMBERED,
        "sessions/session_store.py",
        [
            (
                "if changes.regenerate_id or user != record.user:",
                "if False:",
                "test_a_remembered_login_changes_the_id_of_the_session",
            ),
        ],
    ),
    *make_guards(
        _SESSIONS,
        _LOGIN,
        [
            (
                'if "sessions" not in registry_of(app).installed and',
                "if False and",
                "test_a_copy_of_the_cookies_ends_with_the_logout",
            ),
            (
                '    session["_auth_time"] = time.time()\n    change_session_id()\n'
                "    user_login_confirmed",
                '    session["_auth_time"] = time.time()\n    user_login_confirmed',
                "test_a_login_that_is_confirmed_changes_the_id",
            ),
            (
                "    if before is not None and before != user_id:",
                "    if False:",
                "test_nothing_of_somebody_else_is_in_a_session",
            ),
            (
                'if session.get("_user_id") not in {None, user.get_id()}:',
                "if False:",
                "test_nothing_of_somebody_else_survives_a_second_step",
            ),
            (
                '"sets_up": sets_up,\n    }\n    change_session_id()',
                '"sets_up": sets_up,\n    }',
                "test_the_first_step_changes_the_id_of_the_session",
            ),
        ],
    ),
    *make_guards(
        _SESSIONS,
        "sessions/session_store.py",
        [
            (
                "if changes.regenerate_id or user != record.user:",
                "if False:",
                "test_a_login_changes_the_id_of_the_session",
            ),
        ],
    ),
    *make_guards(
        _SESSIONS,
        _MANAGER,
        [
            (
                'epoch_of(user) != session.get("_auth_epoch", 0):',
                "False:",
                "test_other_sessions_end_with_what_protects_them",
            ),
            (
                'base = f"{request.remote_addr}|',
                "base = f\"{request.headers.get('X-Forwarded-For')}|",
                "test_a_forged_header_is_no_other_browser",
            ),
            (
                "if remembered is None or self._user_callback is None:",
                "if self._user_callback is None:",
                "test_a_damaged_cookie_is_no_login",
            ),
        ],
    ),
    *make_guards(
        _SESSIONS,
        "forms/origin.py",
        [
            (
                "if fetch_site in _OWN_SITES:",
                "if fetch_site:",
                "test_another_site_logs_nobody_in_or_out",
            ),
        ],
    ),
    *make_guards(
        _SESSIONS,
        "auth/reauthentication.py",
        [
            (
                "if has_bearer() or not login_fresh():",
                "if not login_fresh():",
                "test_a_token_is_not_fresh_by_the_session_of_another",
            ),
        ],
    ),
    *make_guards(
        _SESSIONS,
        "auth/pages/forms.py",
        [
            (
                'class ProfileForm(Form):\n    """Names."""\n',
                'class ProfileForm(Form):\n    """Names."""\n\n'
                "    def validate_on_submit(self):\n"
                "        from flask import request\n"
                "        from carboy.auth.current_user import get_user\n"
                "        for key in request.form:\n"
                "            if key == 'auth_epoch':\n"
                "                get_user().auth_epoch = 7\n"
                "        return super().validate_on_submit()\n",
                "test_fields_that_no_form_has_change_nothing",
            ),
        ],
    ),
    *make_guards(
        _LIMITS,
        _ATTEMPTS,
        [
            (
                'normalize_username(account), request.remote_addr or ""',
                "normalize_username(account), "
                'request.headers.get("X-Forwarded-For", "")',
                "test_a_forged_header_is_no_other_address",
            ),
            (
                "name, address = normalize_username(account),",
                "name, address = account,",
                "test_another_spelling_is_no_other_account",
            ),
        ],
    ),
    *make_guards(
        _LIMITS,
        _CODES,
        [
            (
                'take_attempt(state, "code", nonce)',
                "pass",
                "test_a_program_has_the_same_limit",
            ),
        ],
    ),
    *make_guards(
        _LIMITS,
        _VIEWS,
        [
            (
                'take_attempt(state, "mail", user.email)',
                "pass",
                "test_mails_to_confirm_an_address_are_limited",
            ),
            (
                'attempt = take_attempt(state, "password", user.get_id())',
                "attempt = None",
                "test_the_own_password_is_guessed_no_faster",
            ),
        ],
    ),
    *make_guards(
        _LIMITS,
        _THROTTLES,
        [
            (
                "            uncount_use(self.store, key, limit)\n",
                "            self.store.delete(key)\n",
                "test_a_success_gives_back_its_own_attempt_only",
            ),
            (
                'yield self._key("both", f"{account} {network}"), limits.both',
                'yield self._key("both", network), limits.both',
                "test_a_success_clears_no_limit",
            ),
            (
                'yield self._key("account", whose), limits.account',
                "return",
                "test_guesses_of_the_second_step_count_for_the_account",
            ),
            (
                'yield self._key("both", f"{account} {network}"), limits.both',
                'yield self._key("both", account), limits.both',
                "test_who_is_attacked_still_logs_in_from_elsewhere",
            ),
        ],
    ),
    *make_guards(
        _REDIRECTS,
        _REDIRECT,
        [
            (
                'return not target.startswith("//")',
                "return True",
                "test_a_login_leads_to_no_other_site",
            ),
            (
                'or "\\\\" in target:',
                "or False:",
                "test_a_login_leads_to_no_other_site",
            ),
            (
                "_CONTROL.search(target) or",
                "False or",
                "test_a_visitor_who_is_logged_in_is_led_to_no_other_site",
            ),
            (
                "return bool(parts.netloc) and parts.netloc.lower() == own.lower()",
                "return True",
                "test_a_referrer_is_no_page_of_this_site",
            ),
            (
                "    except ValueError:\n        return False",
                "    except ValueError:\n        raise",
                "test_a_page_never_shows_what_it_was_given",
            ),
        ],
    ),
    *make_guards(
        _REDIRECTS,
        _MANAGER,
        [
            (
                'here = request.url if request.method in {"GET", "HEAD"} else None',
                "here = request.referrer or request.url",
                "test_a_post_without_a_login_is_not_repeated",
            ),
        ],
    ),
    *make_guards(
        _REDIRECTS,
        _REGISTER,
        [
            (
                'return done(_("Your password is changed. Log in."), '
                'url_for("auth.login"))',
                "from flask import request\n"
                '    return done("", request.args.get("next", "/account/login"))',
                "test_a_link_of_a_mail_has_no_page_that_follows",
            ),
        ],
    ),
    *make_guards(
        _ENUMERATION,
        _REGISTER,
        [
            (
                "    else:\n        # The same answer, and a mail as well:",
                "    else:\n        return _void(InvalidTokenError('taken'))\n"
                "        # The same answer, and a mail as well:",
                "test_the_answer_is_the_same_for_everybody",
            ),
            (
                '        take_attempt(state, "register", email)\n',
                "        if find_by_email(state, email) is None:\n"
                '            take_attempt(state, "register", email)\n',
                "test_the_limit_is_the_same_for_everybody",
            ),
            (
                'user.get_id() if user else "0", password_state(user)\n    )',
                'user.get_id() if user else "0", password_state(user)\n'
                '    ) if user else ""',
                "test_a_mail_is_as_much_work_for_everybody",
            ),
        ],
    ),
    *make_guards(
        _ENUMERATION,
        "auth/accounts.py",
        [
            (
                "    if not state.hasher.verify(stored, password) or stored is None:",
                "    if stored is None or not state.hasher.verify(stored, password):",
                "test_a_wrong_password_is_as_much_work_for_everybody",
            ),
        ],
    ),
    *make_guards(
        _ENUMERATION,
        _VIEWS,
        [
            (
                '        record_event(user, "login_failed")\n'
                "        state.db.session.commit()",
                '        record_event(user, "login_failed")\n'
                "        state.db.session.commit() if user else None",
                "test_a_wrong_login_writes_as_much_for_everybody",
            ),
            (
                "    # Called for an unknown account too: it takes as long.\n",
                "    if user is not None and not user.is_active:\n"
                '        return begin_login(user, method="password")\n',
                "test_a_locked_account_is_told_after_the_password_only",
            ),
        ],
    ),
    *make_guards(
        _ENUMERATION,
        "auth/one_time_tokens.py",
        [
            (
                "return hmac.new(self.keys[-1], text, hashlib.sha256).hexdigest()[:32]",
                "return text.decode()",
                "test_a_link_tells_nothing_of_an_account",
            ),
        ],
    ),
    *make_guards(
        _PASSWORDS,
        "auth/passwords/hashing.py",
        [
            (
                "                self._verify_argon2(self._unknown, password)\n"
                "                return False",
                "                return not password.strip()",
                "test_an_account_without_a_password_has_no_empty_one",
            ),
            (
                "return self._hasher.hash(_encode(password))",
                "return self._hasher.hash(_encode(password)[:72])",
                "test_a_password_is_not_shortened",
            ),
            (
                '            if stored.startswith("$argon2"):',
                "            if stored == password:\n                return True\n"
                '            if stored.startswith("$argon2"):',
                "test_a_hash_is_no_password",
            ),
        ],
    ),
    *make_guards(
        _PASSWORDS,
        "auth/pages/account_views.py",
        [
            (
                '        check_own_password(state, form.current.data or "")\n',
                "",
                "test_the_current_password_is_asked_for",
            ),
        ],
    ),
)
