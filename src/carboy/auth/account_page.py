"""Sections of the overview page of an account: one registry."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Flask

from carboy.core import AppState
from carboy.errors import WiringError
from carboy.translation import LazyText


@dataclass(frozen=True, slots=True)
class AccountSection:
    """A section: its title links to `endpoint`; `summary(user)` is its short text."""

    name: str
    title: str | LazyText
    endpoint: str
    summary: Callable[[Any], str] | None = None


@dataclass(slots=True)
class _Sections:
    by_name: dict[str, AccountSection] = field(default_factory=dict)


_state: AppState[_Sections] = AppState("carboy.auth.sections")


def register_section(app: Flask, section: AccountSection) -> None:
    """Show `section` on the overview page of each account."""
    sections = _state.find(app) or _state.set(app, _Sections())
    if section.name in sections.by_name:
        msg = (
            f"A section {section.name!r} of the account page is already registered "
            f"on the app {app.name!r}. Choose another name."
        )
        raise WiringError(msg)
    sections.by_name[section.name] = section


def list_sections(app: Flask) -> list[AccountSection]:
    """List the sections of an app in the order in which they were registered."""
    sections = _state.find(app)
    return list(sections.by_name.values()) if sections else []
