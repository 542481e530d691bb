"""A session sees one secret, until its first code is used."""

import pytest
from flask import session

from carboy.auth import auth_state
from carboy.auth.login_manager import NEW_APP
from carboy.auth.pages.attempts import WrongPasswordError
from carboy.auth.pages.new_secrets import get_new_secret, use_first_code
from carboy.auth.second_factors.totp_codes import make_code, step_of


def test_a_secret_stays_until_its_first_code(site):
    user = site.add()
    with site.app.test_request_context():
        state = auth_state.of(site.app)
        secret = get_new_secret(state, user)
        with pytest.raises(WrongPasswordError):
            use_first_code(state, user, secret, "x")
        assert get_new_secret(state, user) == secret
        # What a browser could read of the session is encrypted.
        assert secret not in str(session[NEW_APP])

        use_first_code(state, user, secret, make_code(secret, step_of(site.now)))

        assert NEW_APP not in session
        assert get_new_secret(state, user) != secret
