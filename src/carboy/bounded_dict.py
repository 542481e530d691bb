"""A dict for values that can be computed again, under keys that clients choose."""

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


class BoundedDict(dict[K, V]):
    """A dict that is emptied before an item would be more than its limit.

    What clients choose must not fill the memory. To forget everything at once costs
    one computation per key and needs no order of use, so that reading is as quick as
    from any dict.
    """

    __slots__ = ("_limit",)

    def __init__(self, limit: int) -> None:
        super().__init__()
        self._limit = limit

    def __setitem__(self, key: K, value: V) -> None:
        """Set an item; forget the others first if there are too many."""
        if len(self) >= self._limit and key not in self:
            self.clear()
        super().__setitem__(key, value)
