"""Guards of addresses, of links in mails, and of accounts that nobody has proven."""

from .guard import make_guards

_REGISTER = "auth/pages/register_views.py"
_ACCOUNT = "auth/pages/account_views.py"
_LOGIN = "auth/pages/login_views.py"
_CODES = "auth/pages/mailed_codes.py"
_TOKENS = "auth/pages/tokens.py"
_ADDRESSES, _LINKS = "test_addresses.py", "test_links.py"
_UNPROVEN, _DELETED = "test_unproven_accounts.py", "test_deleted_accounts.py"

MAILS = (
    *make_guards(
        _ADDRESSES,
        "auth/pages/forms.py",
        [
            (
                "if not is_email(normalize_email(field.data or",
                "if '@' not in (normalize_email(field.data or",
                "test_a_text_with_two_addresses_is_refused",
            ),
            (
                "is_email(normalize_email(field.data or",
                "is_email(str(field.data or",
                "test_an_address_is_checked_in_the_spelling_that_is_used",
            ),
            (
                "is_email(normalize_email(field.data or",
                "is_email(str(field.data or",
                "test_a_new_address_is_checked_as_well",
            ),
        ],
    ),
    *make_guards(
        _ADDRESSES,
        _REGISTER,
        [
            (
                'send_mail("reset", email, link=link',
                'send_mail("reset", form.email.data or "", link=link',
                "test_mail_goes_to_the_stored_address",
            ),
            (
                'send_mail("register", email, link=link)',
                'send_mail("register", email, link=link, who=form.name.data)',
                "test_no_text_of_a_stranger_is_in_a_mail",
            ),
        ],
    ),
    *make_guards(
        _ADDRESSES,
        _ACCOUNT,
        [
            (
                'tokens = tokens_for(state, "email")\n        token',
                'tokens = tokens_for(state, "email")\n        user.email = email\n'
                "        state.db.session.commit()\n        token",
                "test_a_new_address_counts_once_its_owner_has_opened_the_link",
            ),
            (
                "user.email = email\n    end_sessions(state, user)",
                'user.email = "victim@example.com"\n    end_sessions(state, user)',
                "test_each_link_sets_the_address_that_it_was_sent_to",
            ),
            (
                "@login_required\ndef show_email_confirm",
                "def show_email_confirm",
                "test_an_address_is_confirmed_by_whoever_has_asked",
            ),
            (
                "if _user().get_id() != user_id:",
                "if False:",
                "test_an_address_is_confirmed_by_whoever_has_asked",
            ),
            (
                'send_mail("account_exists", email, link=make_link("auth.login"))',
                "pass",
                "test_a_secondary_address_does_not_tell_who_has_an_account",
            ),
        ],
    ),
    *make_guards(
        _ADDRESSES,
        _TOKENS,
        [
            (
                'return f"{user.email}|{password_state(user)}"',
                'return ""',
                "test_a_changed_address_voids_the_links_of_the_old_one",
            ),
            (
                'return f"{user.email}|{password_state(user)}"',
                "return str(user.email)",
                "test_a_new_password_voids_a_change_of_the_address",
            ),
        ],
    ),
    *make_guards(
        _ADDRESSES,
        "auth/accounts.py",
        [
            (
                "execute(query).scalar_one_or_none()",
                "execute(query).scalar_one()",
                "test_a_login_with_a_damaged_text_is_only_wrong",
            ),
        ],
    ),
    *make_guards(
        _LINKS,
        "auth/one_time_tokens.py",
        [
            (
                "salt=_SALT + self.purpose",
                "salt=_SALT",
                "test_a_link_of_one_purpose_serves_no_other",
            ),
            (
                'if not self.store.add(self._key(token), b"1", self.lifetime + 60):',
                "if False:",
                "test_a_link_works_once",
            ),
            (
                "if not hmac.compare_digest(digest, self._digest(state)):",
                "if False:",
                "test_a_link_is_void_once_the_address_has_changed",
            ),
        ],
    ),
    *make_guards(
        _LINKS,
        _REGISTER,
        [
            (
                "user = _load(state, user_id)\n        if not form",
                "user = _load(state, user_id)\n"
                "        tokens.redeem(token, password_state(user))\n"
                "        if not form",
                "test_a_link_that_is_only_opened_changes_nothing",
            ),
        ],
    ),
    *make_guards(
        _LINKS,
        _TOKENS,
        [
            (
                "return url_for(endpoint, **values, _external=True)",
                "from flask import request\n"
                "    return request.host_url[:-1] + url_for(endpoint, **values)",
                "test_a_link_leads_to_the_configured_host",
            ),
        ],
    ),
    *make_guards(
        _LINKS,
        _CODES,
        [
            (
                "if not hmac.compare_digest("
                'digest, _digest(nonce, code.replace(" ", ""))):',
                "if False:",
                "test_a_code_is_for_the_browser_that_asked",
            ),
            (
                "if not state.store.delete(_key(purpose, nonce)):",
                "if False:",
                "test_a_code_works_once",
            ),
        ],
    ),
    *make_guards(
        _LINKS,
        _LOGIN,
        [
            (
                'send_mail("no_account", normalize_email(email))',
                'send_mail("no_account", normalize_email(email), code=code)',
                "test_a_code_of_nobody_lets_nobody_in",
            ),
        ],
    ),
    *make_guards(
        _UNPROVEN,
        _REGISTER,
        [
            (
                "    if user is None:\n        send_mail(",
                "    if user is None:\n"
                "        create_user(state, email, 'correct horse battery staple')\n"
                "        state.db.session.commit()\n        send_mail(",
                "test_nothing_is_stored_before_the_address_is_proven",
            ),
            (
                "prove_email(state, user)\n        set_password",
                "confirm_email(user)\n        set_password",
                "test_a_new_password_removes_what_a_stranger_has_prepared",
            ),
            (
                'check_password_of(state, user, form.password.data or "")',
                "pass",
                "test_a_confirmation_needs_the_password",
            ),
        ],
    ),
    *make_guards(
        _UNPROVEN,
        "auth/accounts.py",
        [
            (
                "delete_credentials(state.db.session(), user.get_id())\n",
                "pass\n",
                "test_a_code_by_mail_removes_what_a_stranger_has_prepared",
            ),
            (
                "        user.password_hash = None\n        end_sessions(state, user)",
                "        user.password_hash = None",
                "test_a_session_of_a_stranger_ends_when_the_address_is_proven",
            ),
            (
                "if user.email_confirmed_at is None:",
                "if True:",
                "test_what_an_owner_has_set_up_stays",
            ),
        ],
    ),
    *make_guards(
        _UNPROVEN,
        "auth/login.py",
        [
            (
                'return "unconfirmed"',
                'return ""',
                "test_who_cannot_prove_the_address_is_refused",
            ),
        ],
    ),
    *make_guards(
        _DELETED,
        "auth/user_model.py",
        [
            (
                "return secrets.randbelow(_EPOCHS)",
                "return 0",
                "test_the_cookies_of_a_deleted_account_open_no_other",
            ),
            (
                "connection.execute(sa.delete(table).where(own))",
                "pass",
                "test_a_user_that_the_site_deletes_leaves_no_credentials",
            ),
            (
                "connection.execute(sa.delete(table).where(own))",
                "pass",
                "test_the_credentials_of_a_deleted_account_are_deleted",
            ),
        ],
    ),
)
