"""Guards of second factors, passkeys, tokens, and logins by other sites."""

from .guard import make_guards

_LOGIN = "auth/login.py"
_TWO_STEP, _SECOND = "auth/pages/two_step_views.py", "auth/pages/second_step_views.py"
_TOTP, _CODES = "auth/second_factors/totp.py", "auth/second_factors/totp_codes.py"
_FLOW, _CLIENTS = "auth/social/oauth_flow.py", "auth/social/provider_clients.py"
_LINKING, _PASSKEY = "auth/social/linking.py", "auth/second_factors/passkeys.py"
_BEARER = "auth/api_tokens/bearer.py"
_FACTORS, _SESSIONS = "test_second_factor.py", "test_sessions.py"
_PROVIDERS = "credentials/test_providers.py"
_PASSKEYS = "credentials/test_passkeys.py"

CREDENTIALS = (
    *make_guards(
        _FACTORS,
        _LOGIN,
        [
            (
                "    if not factors or is_whole:\n",
                "    if True:\n",
                "test_a_pending_login_reaches_no_page_and_the_code_completes_it",
            ),
            (
                "factor for factor in factors if factor.name != method]",
                'factor for factor in factors if method != "email_code"]',
                "test_a_code_by_mail_does_not_skip_the_second_factor",
            ),
            (
                "    session.clear()\n    if remembered is not None:",
                '    session.pop("_user_id", None)\n    if remembered is not None:',
                "test_a_logout_ends_a_pending_login",
            ),
            (
                'not 0 <= time.time() - pending["time"] < lifetime',
                "lifetime < 0",
                "test_a_pending_login_expires",
            ),
            (
                'user is None or epoch_of(user) != pending["epoch"] or',
                "user is None or",
                "test_a_new_password_between_the_steps_stops_the_login",
            ),
            (
                "    session[PENDING] = {",
                '    session["_user_id"] = user.get_id()\n'
                '    session["_auth_epoch"] = epoch_of(user)\n'
                "    session[PENDING] = {",
                "test_no_page_of_the_account_is_for_a_pending_login",
            ),
        ],
    ),
    *make_guards(
        _FACTORS,
        "auth/user_model.py",
        [
            (
                "return self.locked_at is None",
                "return True",
                "test_a_lock_between_the_steps_stops_the_login",
            ),
        ],
    ),
    *make_guards(
        _FACTORS,
        _TOTP,
        [
            (
                ".where(TOTP.c.user_id == user_id, TOTP.c.last_step < step)",
                ".where(TOTP.c.user_id == user_id)",
                "test_a_code_is_not_accepted_twice",
            ),
            (
                "TOTP.c.last_step < step)",
                "TOTP.c.last_step != step)",
                "test_a_code_is_not_accepted_again_in_the_next_step",
            ),
        ],
    ),
    *make_guards(
        "credentials/test_providers.py",
        "auth/login.py",
        [
            (
                'session["_auth_time"] = min(session["_auth_time"], authenticated_at)',
                "pass",
                "test_an_old_login_at_a_provider_makes_no_fresh_one",
            ),
        ],
    ),
    *make_guards(
        _FACTORS,
        "auth/pages/new_secrets.py",
        [
            (
                "totp.seal(make_secret(), user_id)",
                'totp.seal("A" * 32, user_id)',
                "test_no_other_session_has_seen_a_secret",
            ),
        ],
    ),
    *make_guards(
        _FACTORS,
        "auth/pages/account_views.py",
        [
            (
                f"@full_login_required\ndef {view}()",
                f"@fresh_login_required\ndef {view}()",
                "test_a_trusted_browser_is_no_proof_for_what_matters",
            )
            for view in ("show_email", "send_export", "show_delete")
        ],
    ),
    *make_guards(
        _FACTORS,
        _CODES,
        [("os.urandom(20)", "os.urandom(15)", "test_a_secret_has_160_bits")],
    ),
    *make_guards(
        _FACTORS,
        _SECOND,
        [
            (
                'attempt = take_attempt(state, "second_step", user.get_id())',
                "attempt = None",
                "test_guesses_of_codes_are_limited",
            ),
        ],
    ),
    *make_guards(
        _FACTORS,
        "auth/pages/login_views.py",
        [
            (
                'return safe_target(target, default="")',
                'return target or ""',
                "test_the_next_page_is_never_another_site",
            ),
        ],
    ),
    *make_guards(
        _FACTORS,
        "auth/pages/reauthenticate_views.py",
        [
            (
                "    if not list_factors_of(auth_state.current().app, user.get_id()):",
                "    if True:",
                "test_a_password_alone_does_not_make_a_login_fresh",
            ),
        ],
    ),
    *make_guards(
        _FACTORS,
        _TWO_STEP,
        [
            (
                "if user.email_confirmed_at is None:",
                "if False:",
                "test_an_unconfirmed_address_cannot_enrol",
            ),
        ],
    ),
    *make_guards(
        _FACTORS,
        "auth/second_factors/recovery_codes.py",
        [
            (
                "                RECOVERY_CODES.c.used_at.is_(None),\n            )\n"
                "            .values",
                "            )\n            .values",
                "test_enrolment_shows_codes_once_and_each_works_once",
            ),
        ],
    ),
    *make_guards(
        _FACTORS,
        "auth/pages/register_views.py",
        [
            (
                "    session.clear()\n",
                "    session.clear()\n"
                "    from carboy.auth.login import login_user\n    login_user(user)\n",
                "test_a_password_reset_does_not_skip_the_second_factor",
            ),
        ],
    ),
    *make_guards(
        _SESSIONS,
        _BEARER,
        [
            (
                "    if missing:\n",
                "    if False:\n",
                "test_a_token_with_a_scope_reaches_no_other_view",
            ),
            (
                "if token is None or user is None or not user.is_active:",
                "if False:",
                "test_a_damaged_token_is_a_refusal",
            ),
        ],
    ),
    *make_guards(
        _SESSIONS,
        "auth/user_model.py",
        [
            (
                "return self.locked_at is None",
                "return True",
                "test_other_sessions_end_with_what_protects_them",
            ),
            (
                "return self.locked_at is None",
                "return True",
                "test_a_token_of_a_locked_account_is_refused",
            ),
        ],
    ),
    *make_guards(
        _SESSIONS,
        "auth/api_tokens/service.py",
        [
            (
                "text: str = field(repr=False)",
                "text: str",
                "test_secrets_are_in_no_repr",
            ),
        ],
    ),
    *make_guards(
        _PROVIDERS,
        _FLOW,
        [
            (
                "content = self._store.get(key) if state else None",
                'content = self._store.get(key) or b\'{"provider":"wechat",'
                '"client_id":"test-client","verifier":"","nonce":"","browser":"b1",'
                '"redirect_uri":"","user_id":"","target":""}\'\n'
                "        self._store.set(key, content, 60)",
                "test_an_answer_without_a_state_is_refused",
            ),
            (
                "is_ours = browser and hmac.compare_digest(started.browser, browser)",
                "is_ours = True",
                "test_an_answer_of_another_browser_is_refused",
            ),
            (
                "if asked != (provider.name, provider.client_id):",
                "if False:",
                "test_a_state_is_for_the_provider_that_it_was_made_for",
            ),
            (
                "verifier=secrets.token_urlsafe(48)",
                'verifier="v" * 48',
                "test_a_stolen_code_is_of_no_use",
            ),
            (
                "if not is_ours or not self._store.delete(key):",
                "if not is_ours:",
                "test_an_answer_works_once",
            ),
        ],
    ),
    *make_guards(
        _PROVIDERS,
        _CLIENTS,
        [
            (
                'aud={"essential": True, "value": self.provider.client_id},',
                'aud={"essential": True},',
                "test_a_token_for_somebody_else_is_refused",
            ),
            (
                'nonce={"essential": True, "value": nonce},',
                'nonce={"essential": True},',
                "test_a_token_for_somebody_else_is_refused",
            ),
            (
                'claims.get("sub"),',
                'claims.get("name"),',
                "test_a_person_is_not_known_by_a_name_that_can_pass_on",
            ),
            (
                "if not _SUBJECT.fullmatch(text):",
                "if False:",
                "test_who_has_no_number_is_nobody",
            ),
            (
                "follow_redirects=False,",
                "follow_redirects=True,",
                "test_a_provider_leads_to_no_other_server",
            ),
        ],
    ),
    *make_guards(
        _PROVIDERS,
        _LINKING,
        [
            (
                "        return LinkDecision(LinkOutcome.COLLISION)\n",
                '        return LinkDecision(LinkOutcome.LOG_IN, "1")\n',
                "test_an_address_finds_no_account",
            ),
            (
                "if owner not in {None, user_id} or not identities.add("
                "user_id, identity):",
                "identities.add(user_id, identity)\n    if False:",
                "test_a_login_of_somebody_else_is_not_linked",
            ),
            (
                "if other_ways + len(linked) <= 1:",
                "if False:",
                "test_the_last_way_in_is_not_removed",
            ),
        ],
    ),
    *make_guards(
        _PROVIDERS,
        "auth/social/providers.py",
        [
            (
                "client_secret: str = field(repr=False)",
                "client_secret: str",
                "test_the_secret_of_a_site_is_in_no_repr",
            ),
        ],
    ),
    *make_guards(
        _PASSKEYS,
        "auth/second_factors/challenges.py",
        [
            (
                "return self._store.add(",
                "return True or self._store.add(",
                "test_an_answer_of_an_authenticator_works_once",
            ),
            (
                "body + purpose.encode()",
                "body",
                "test_a_challenge_to_register_is_none_to_log_in",
            ),
            (
                "body + purpose.encode()",
                "body",
                "test_a_passkey_is_registered_by_whoever_began",
            ),
        ],
    ),
    *make_guards(
        _PASSKEYS,
        _PASSKEY,
        [
            (
                "if user_id is not None and row.user_id != user_id:",
                "if False:",
                "test_a_passkey_of_somebody_else_is_no_second_factor",
            ),
            (
                "            expected_origin=self._party.origin,\n"
                "            credential_public_key",
                "            expected_origin=[self._party.origin, "
                'self._party.origin + ".evil.example"],\n'
                "            credential_public_key",
                "test_another_site_gets_no_answer_that_counts",
            ),
            (
                "            expected_origin=self._party.origin,\n"
                "            require_user_verification=True,",
                "            expected_origin=self._party.origin,\n"
                "            require_user_verification=False,",
                "test_a_person_shows_who_it_is",
            ),
            (
                "credential_current_sign_count=0 if row.is_synced else row.sign_count",
                "credential_current_sign_count=0",
                "test_a_copy_of_a_device_is_noticed",
            ),
            (
                "sa.delete(PASSKEYS).where(\n"
                "            PASSKEYS.c.id == passkey_id, "
                "PASSKEYS.c.user_id == user_id",
                "sa.delete(PASSKEYS).where(\n            PASSKEYS.c.id == passkey_id",
                "test_nobody_removes_the_passkey_of_another",
            ),
        ],
    ),
)
