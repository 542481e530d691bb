"""Second factors of an app, which logins ask for."""

from typing import Protocol

from flask import Flask

from carboy.translation import LazyText

from .registry import NamedRegistry


class SecondFactor(Protocol):
    """A way to prove who one is, beside the first."""

    @property
    def name(self) -> str:
        """Short name, such as `totp`; it is the method of the second step."""

    @property
    def title(self) -> str | LazyText:
        """What pages call it."""

    @property
    def endpoint(self) -> str:
        """Endpoint of the page of the second step."""

    def is_set_up(self, user_id: str) -> bool:
        """Return whether this user has it."""


_registry: NamedRegistry[SecondFactor] = NamedRegistry("second factor")


def register_factor(app: Flask, factor: SecondFactor) -> None:
    """Ask for `factor` at each login of a user who has set it up.

    The factor that was registered first is offered first.
    """
    _registry.add(app, factor)


def list_factors(app: Flask) -> list[SecondFactor]:
    """List the factors of an app in the order in which they were registered."""
    return _registry.list(app)


def list_factors_of(app: Flask, user_id: str) -> list[SecondFactor]:
    """List the factors that a user has set up."""
    return [factor for factor in list_factors(app) if factor.is_set_up(user_id)]
