"""What may be wrong with the protection of a site against forged requests."""

from collections.abc import Iterator

from flask import Flask

from carboy.core import Check

from .csrf import protection_state
from .origin import normalize_origin


def check_settings(app: Flask) -> Iterator[Check]:
    """Yield what is wrong with the protection of a site."""
    settings = protection_state.of(app).settings
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
