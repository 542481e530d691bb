"""An attribute that is computed when it is first read."""

from collections.abc import Callable
from typing import Any


class Lazy:
    """A descriptor that computes a value when first read and keeps it in the instance.

    Not a data descriptor: once the value is there, Python does not come here again,
    and an assignment to the attribute replaces it.
    """

    __slots__ = ("compute", "name")

    def __init__(self, compute: Callable[[Any], Any]) -> None:
        self.compute = compute
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        value = instance.__dict__[self.name] = self.compute(instance)
        return value
