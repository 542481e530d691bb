"""What may be wrong with the protection of a site against forged requests."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check, check_obsolete

from .csrf import is_left_to_flask_wtf, protection_state
from .origin import normalize_origin
from .rules import UnsafeRule, list_unsafe_rules
from .settings import CsrfSettings

_SHOWN = 3
# Extensions that keep who a visitor is in a cookie.
_COOKIE_USERS = ("login_manager", "flask-session", "security", "carboy.auth")


def check_settings(app: Flask) -> Iterator[Check]:
    """Yield what is wrong with the protection of a site."""
    settings = protection_state.of(app).settings
    if not is_left_to_flask_wtf(app):
        yield from check_obsolete(app.config, CsrfSettings.obsolete, "forms.W002")
    for origin in settings.trusted_origins:
        if normalize_origin(origin) is None:
            yield Check(
                "forms.E001",
                f"CSRF_TRUSTED_ORIGINS names {origin!r}, which is not an origin.",
                "Write scheme and host, without a path: https://app.example.com.",
            )
    if not settings.enabled and not (app.debug or app.testing):
        yield Check(
            "forms.W001",
            "CSRF_ENABLED is false: other sites can send requests for your visitors.",
            "Remove the setting; exempt single views with @csrf_exempt.",
        )


def check_protection(app: Flask) -> Iterator[Check]:
    """Yield an error for a site with cookies whose unsafe routes nothing protects."""
    if not has_cookies(app):
        return
    open_rules = [rule for rule in list_unsafe_rules(app) if not rule.is_protected]
    protection = protection_state.find(app)
    is_on = is_left_to_flask_wtf(app) or (
        protection is not None and protection.settings.enabled
    )
    # What a decorator exempts, somebody has thought about; routes --csrf lists it.
    forgotten = [rule for rule in open_rules if not rule.is_exempt]
    if forgotten:
        yield Check(
            "forms.E002",
            f"The site has cookies, and nothing protects {_name(forgotten)} against "
            f"requests from other sites.",
            "Remove CSRF_ENABLED, CSRF_CHECK_DEFAULT and CSRF_METHODS from the "
            "settings. `carboy routes --csrf` lists every route."
            if is_on or protection is not None
            else "Install the protection: app.use(Forms()), from carboy.forms import "
            "Forms. `carboy routes --csrf` lists every route.",
        )


def has_cookies(app: Flask) -> bool:
    """Return whether visitors can have a cookie of the site: it can sign sessions."""
    return bool(app.secret_key) or any(n in app.extensions for n in _COOKIE_USERS)


def _name(rules: list[UnsafeRule]) -> str:
    names = [f"{'/'.join(rule.methods)} {rule.rule}" for rule in rules[:_SHOWN]]
    more = f" and {len(rules) - _SHOWN} more" if len(rules) > _SHOWN else ""
    return ", ".join(names) + more
