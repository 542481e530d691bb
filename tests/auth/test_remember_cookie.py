"""The value of the cookie of a remembered login."""

from datetime import timedelta

import pytest
from flask import Flask

from carboy.auth.ended_devices import has_device_ended
from carboy.auth.remember_cookie import (
    decode_remembered,
    encode_remembered,
    end_remembered,
    remember_duration,
    remember_name,
    signing_keys,
)


def make_app(key="k" * 32, old=()):
    app = Flask(__name__)
    app.secret_key = key
    app.config["SECRET_KEY_FALLBACKS"] = list(old)
    return app


def test_what_was_written_is_read():
    app = make_app()
    assert decode_remembered(app, encode_remembered(app, "7", 3), 60) == ("7", 3, "")


def test_a_value_names_its_device():
    app = make_app()
    value = encode_remembered(app, "7", 3, "phone")
    assert decode_remembered(app, value, 60) == ("7", 3, "phone")


def test_another_key_reads_nothing_unless_it_is_an_old_one():
    value = encode_remembered(make_app("a" * 32), "7", 3)
    assert decode_remembered(make_app("b" * 32), value, 60) is None
    assert decode_remembered(make_app("b" * 32, ["a" * 32]), value, 60) == ("7", 3, "")


@pytest.mark.parametrize("position", range(0, 40, 3))
def test_a_changed_value_is_nothing(position):
    app = make_app()
    value = encode_remembered(app, "7", 3)
    index = position % len(value)
    changed = value[:index] + ("A" if value[index] != "A" else "B") + value[index + 1 :]
    assert decode_remembered(app, changed, 60) is None


def test_an_old_value_is_nothing():
    app = make_app()
    assert decode_remembered(app, encode_remembered(app, "7", 3), -1) is None


def test_a_value_of_another_purpose_is_nothing():
    from itsdangerous import URLSafeTimedSerializer  # noqa: PLC0415 - of this test

    app = make_app()
    value = URLSafeTimedSerializer(app.secret_key, salt="other").dumps(["7", 3])
    assert decode_remembered(app, value, 60) is None


def test_without_a_key_nothing_is_signed():
    app = Flask(__name__)
    with pytest.raises(RuntimeError, match="SECRET_KEY is not set"):
        signing_keys(app)


def test_the_settings_of_accounts_name_the_cookie_and_its_age(make_site):
    site = make_site(
        AUTH_REMEMBER_COOKIE="stay", AUTH_REMEMBER_DURATION=timedelta(days=2)
    )
    assert remember_name(site.app) == "stay"
    assert remember_duration(site.app) == timedelta(days=2)
    assert remember_duration(make_app()) == timedelta(days=365)


def test_the_login_of_a_value_ends_once_and_for_all(make_site):
    app = make_site().app
    with app.test_request_context():
        value = encode_remembered(app, "7", 3, "phone")
        assert not has_device_ended("phone")

        end_remembered(app, value)

        assert has_device_ended("phone")
        assert not has_device_ended("laptop")
