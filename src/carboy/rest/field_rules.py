"""What Flask-RESTX's fields say besides their type, for descriptions and bodies."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRules:
    """The description of a field, and the rules of a body that has it."""

    title: str | None = None
    description: str | None = None
    required: bool = False
    readonly: bool = False
    example: Any = None
    enum: Iterable[Any] | Callable[[], Iterable[Any]] | None = None
    min: Any = None
    max: Any = None
    exclusiveMin: bool = False
    exclusiveMax: bool = False
    multiple: Any = None
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    min_items: int | None = None
    max_items: int | None = None

    def list_choices(self) -> list[Any]:
        """Return the values that are allowed, none: all of them."""
        choices = self.enum() if callable(self.enum) else self.enum
        return list(choices or ())
