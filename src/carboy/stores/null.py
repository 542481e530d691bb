"""A store that stores nothing: it switches a cache off without a change of code."""

from typing_extensions import override

from . import Change, Store


class NullStore(Store):
    """An always empty store; values are discarded."""

    @override
    def get(self, key: str) -> bytes | None:
        return None

    @override
    def set(self, key: str, value: bytes, ttl: float | None = None) -> None:
        return None

    @override
    def add(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        return True

    @override
    def delete(self, key: str) -> bool:
        return False

    @override
    def incr(self, key: str, by: int = 1, ttl: float | None = None) -> int:
        return by

    @override
    def update(
        self, key: str, change: Change, ttl: float | None = None
    ) -> bytes | None:
        return change(None)

    @override
    def expires_in(self, key: str) -> int:
        return 0

    @override
    def clear(self, prefix: str = "") -> None:
        return None
