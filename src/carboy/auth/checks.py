"""What may be wrong with the accounts of a site."""

from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from carboy.core import Check, registry_of

from .access import roles
from .app_state import auth_state
from .errors import AuthSetupError
from .passwords import is_service
from .required_factors import EVERYBODY
from .settings import AuthSettings
from .social import check_providers

_ARGON2_MEMORY, _ARGON2_TIME = 19_456, 2


def check_accounts(app: Flask) -> Iterator[Check]:
    """Yield what is wrong with the accounts of a site."""
    state = auth_state.of(app)
    settings = state.settings
    try:
        _ = state.model
    except AuthSetupError as error:
        yield Check("auth.E001", str(error), "Write the model, and import it.")
    installed = registry_of(app).installed
    if settings.pages and "mail" not in installed and not app.debug:
        yield Check(
            "auth.W001",
            "No battery for mail is installed: nobody can register, confirm an "
            "address or replace a forgotten password.",
            "Install it with app.use(ext.mail), or set AUTH_PAGES to false.",
        )
    yield from check_providers(settings)
    if settings.passkey_domain and not app.config.get("TRUSTED_HOSTS"):
        yield Check(
            "auth.W006",
            f"AUTH_PASSKEY_DOMAIN is {settings.passkey_domain!r}, and TRUSTED_HOSTS is "
            f"not set: each subdomain could use the passkeys of this site.",
            "Set TRUSTED_HOSTS to the hosts of this site.",
        )
    yield from _check_host(app, settings)
    yield from _check_required_factors(app, settings)
    source = settings.breached_passwords
    if source and not is_service(source) and not Path(source).is_file():
        yield Check(
            "auth.E005",
            f"AUTH_BREACHED_PASSWORDS is {source!r}, and there is no such file.",
            "Set it to a file of sorted SHA-1 hashes, or to an address.",
        )
    if not settings.throttle:
        yield Check(
            "auth.W002",
            "AUTH_THROTTLE is false: passwords can be guessed without a limit.",
            "Remove the setting.",
        )
    if settings.argon2_memory < _ARGON2_MEMORY or settings.argon2_time < _ARGON2_TIME:
        yield Check(
            "auth.W003",
            f"AUTH_ARGON2_MEMORY = {settings.argon2_memory} and AUTH_ARGON2_TIME = "
            f"{settings.argon2_time} make stolen hashes cheap to guess.",
            "Remove the settings; lower values are for tests.",
        )
    if settings.store_url.startswith("memory:"):
        yield Check(
            "auth.W004",
            "AUTH_STORE_URL is memory://: each process counts attempts by itself.",
            "Remove the setting, or set it to the URL of a Redis server.",
        )
    if app.config.get("REMEMBER_COOKIE_HTTPONLY") is False:
        yield Check(
            "auth.W005",
            "REMEMBER_COOKIE_HTTPONLY is false: scripts can read remembered logins.",
            "Remove the setting.",
        )


def _check_host(app: Flask, settings: AuthSettings) -> Iterator[Check]:
    # A site with settings has core.E002.
    is_elsewhere = app.debug or app.testing or "site" in registry_of(app).installed
    names = app.config.get("SERVER_NAME"), app.config.get("TRUSTED_HOSTS")
    if settings.pages and not is_elsewhere and not any(names):
        yield Check(
            "auth.W007",
            "Neither SERVER_NAME nor TRUSTED_HOSTS is set: whoever asks for a link by "
            "mail chooses with the Host header where it leads.",
            "Set TRUSTED_HOSTS to the hosts of this site.",
        )


def _check_required_factors(app: Flask, settings: AuthSettings) -> Iterator[Check]:
    names = settings.second_factor_for
    unknown = sorted(set(names) - {EVERYBODY, *roles.names()})
    if unknown:
        yield Check(
            "auth.E004",
            f"AUTH_SECOND_FACTOR_FOR names {', '.join(unknown)}, which the site does "
            f"not define: nobody would need a second factor by it.",
            "Define the role with define_role, or write * for everybody.",
        )
    is_required = names or auth_state.of(app).needs_factor is not None
    if is_required and not settings.pages:
        yield Check(
            "auth.E006",
            "A second factor is required, and AUTH_PAGES is false: nobody who lacks "
            "one can log in.",
            "Set AUTH_PAGES to true.",
        )
