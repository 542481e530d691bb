"""The settings have Flask-WTF's names too, and wrong values are named."""

from carboy.forms import CsrfSettings


def test_names_of_flask_wtf_work():
    settings = CsrfSettings.read({
        "WTF_CSRF_ENABLED": "false",
        "WTF_CSRF_FIELD_NAME": "token",
    })

    assert settings.enabled is False
    assert settings.field_name == "token"


def test_origins_may_be_written_with_commas():
    settings = CsrfSettings.read({"CSRF_TRUSTED_ORIGINS": "https://a.b, https://c.d"})

    assert settings.trusted_origins == ("https://a.b", "https://c.d")
