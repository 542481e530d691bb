"""What a site needs of Flask that an app without settings does not."""

from importlib.metadata import version

from flask import Flask

from carboy.errors import ConfigError


def require_site_flask() -> None:
    """Raise unless Flask honours the settings that a site relies on."""
    missing = [
        name
        for name in ("TRUSTED_HOSTS", "SECRET_KEY_FALLBACKS", "MAX_FORM_PARTS")
        if name not in Flask.default_config
    ]
    if missing:
        msg = (
            f"Flask {version('flask')} is installed, which ignores {missing[0]} and "
            f"other settings that protect a site. Run: pip install 'flask>=3.1'. "
            f"An app without settings works on Flask 3.0, too: Carboy(__name__)."
        )
        raise ConfigError(msg)
