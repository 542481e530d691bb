"""An attribute that is worked out when it is first read."""

from collections.abc import Callable
from typing import Any


class Lazy:
    """Works a value out at the first read and leaves it in the instance.

    Not a data descriptor: once the value is there, Python does not come here again,
    and whoever assigns the attribute simply wins.
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
