"""Second factors that are set up on an app: one registry that logins ask."""

from dataclasses import dataclass, field
from typing import Protocol

from flask import Flask

from carboy.core import AppState
from carboy.errors import WiringError
from carboy.translation import LazyText


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


@dataclass(slots=True)
class _Factors:
    by_name: dict[str, SecondFactor] = field(default_factory=dict)


_state: AppState[_Factors] = AppState("carboy.auth.factors")


def register_factor(app: Flask, factor: SecondFactor) -> None:
    """Ask for `factor` at each login of a user who has set it up.

    The factor that was registered first is offered first.
    """
    factors = _state.find(app) or _state.set(app, _Factors())
    if factors.by_name.get(factor.name, factor) is not factor:
        msg = (
            f"A second factor {factor.name!r} is already registered on the app "
            f"{app.name!r}. Choose another name."
        )
        raise WiringError(msg)
    factors.by_name[factor.name] = factor


def list_factors(app: Flask) -> list[SecondFactor]:
    """List the factors of an app in the order in which they were registered."""
    factors = _state.find(app)
    return list(factors.by_name.values()) if factors else []


def list_factors_of(app: Flask, user_id: str) -> list[SecondFactor]:
    """List the factors that a user has set up."""
    return [factor for factor in list_factors(app) if factor.is_set_up(user_id)]
