"""Sections of the overview page of an account, in their order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask

from carboy.translation import LazyText

from .registry import NamedRegistry


@dataclass(frozen=True, slots=True)
class AccountSection:
    """A section: its title links to `endpoint`; `summary(user)` is its short text."""

    name: str
    title: str | LazyText
    endpoint: str
    summary: Callable[[Any], str] | None = None


_registry: NamedRegistry[AccountSection] = NamedRegistry("account section")


def register_section(app: Flask, section: AccountSection) -> None:
    """Show `section` on the overview page of each account."""
    _registry.add(app, section)


def list_sections(app: Flask) -> list[AccountSection]:
    """List the sections of an app in the order in which they were registered."""
    return _registry.list(app)
