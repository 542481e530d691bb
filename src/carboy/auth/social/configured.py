"""The providers that the settings describe."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from carboy.core import Check

from .providers import Provider, github, google, oidc, wechat
from .settings import SocialSettings

_PAIRS = ("google", "github", "wechat", "wechat_app", "wechat_mini")


def make_providers(settings: SocialSettings) -> list[Provider]:
    """Return the providers whose id and secret are set, in the order of their buttons.

    WeChat may be there twice: for its own browser and for all others.
    """
    makers: dict[str, Any] = {
        "google": google,
        "github": github,
        "wechat": wechat,
        "wechat_app": lambda *keys: wechat(*keys, in_app=True),
    }
    made = [
        make(*pair)
        for name, make in makers.items()
        if all(pair := _pair(settings, name))
    ]
    for name, each in settings.social_oidc.items():
        title = each.title or name.title()
        keys = (each.client_id, each.client_secret)
        provider = oidc(name, title, each.issuer, *keys, trusts_email=each.trusts_email)
        made.append(replace(provider, second_factor=each.second_factor))
    return made


def make_mini_program(settings: SocialSettings) -> Provider | None:
    """Return the mini program of WeChat, if its id and secret are set."""
    pair = _pair(settings, "wechat_mini")
    return wechat(*pair) if all(pair) else None


def check_providers(settings: SocialSettings) -> Iterator[Check]:
    """Yield the providers of which half is set, and names that are not usable."""
    for name in _PAIRS:
        pair = _pair(settings, name)
        if any(pair) and not all(pair):
            key = f"AUTH_SOCIAL_{name.upper()}"
            missing = f"{key}_{'SECRET' if pair[0] else 'ID'}"
            yield Check(
                "auth.E002",
                f"{missing} is not set, and the other half of the pair is: nobody can "
                f"log in that way.",
                f"Set {missing}, or remove the other one.",
            )
    for name in settings.social_oidc:
        if not name.replace("-", "").isalnum() or name in {
            "google",
            "github",
            "wechat",
        }:
            yield Check(
                "auth.E003",
                f"AUTH_SOCIAL_OIDC has the name {name!r}: it becomes a part of "
                f"addresses, and must be no other provider's.",
                "Use letters, digits and - such as company-login.",
            )


def _pair(settings: SocialSettings, name: str) -> tuple[str, str]:
    prefix = f"social_{name}"
    return getattr(settings, f"{prefix}_id"), getattr(settings, f"{prefix}_secret")
