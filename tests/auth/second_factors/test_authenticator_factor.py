"""The authenticator app and its recovery codes as one factor."""

from carboy.auth import auth_state
from carboy.auth.pages.second_step_views import make_factor
from carboy.auth.second_factors.totp_codes import make_code, make_secret, step_of
from tests.auth.conftest import Site


def test_a_code_or_a_recovery_code_is_used_once(tmp_path):
    site = Site(tmp_path)
    user_id = site.add().get_id()
    with site.app.test_request_context():
        factor = make_factor(auth_state.of(site.app))
        assert not factor.is_set_up(user_id)
        secret = make_secret()
        now = step_of(site.now)
        assert factor.totp.set_up(user_id, secret, make_code(secret, now - 1))
        assert factor.is_set_up(user_id)
        code = make_code(secret, now)
        assert [factor.use_code(user_id, code) for _ in range(2)] == ["totp", ""]
        first = factor.recovery_codes.create(user_id)[0]
        used = [factor.use_code(user_id, first) for _ in range(2)]
        assert used == ["recovery_code", ""]
        factor.remove(user_id)
        assert not factor.is_set_up(user_id)
        assert factor.use_code(user_id, make_code(secret, now + 1)) == ""
