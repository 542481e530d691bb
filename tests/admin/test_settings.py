"""The settings of the console and their defaults."""

from carboy.admin import AdminSettings


def test_the_defaults() -> None:
    settings = AdminSettings()

    assert settings.read_only is False
    assert settings.history == "console"
