"""The handles of each user's sessions: an entry that no page has to read."""

from collections.abc import Set

from carboy.stores import Clock, Store, pack, unpack

from .record import hash_id


class SessionIndex:
    """Lists the sessions of each user, in the store that contains the sessions."""

    def __init__(self, store: Store, *, clock: Clock, ttl: float) -> None:
        self._store = store
        self._clock = clock
        self._ttl = ttl

    def handles(self, user: str) -> set[str]:
        """Return the handles of a user's sessions; some may have expired."""
        data = self._store.get(_key(user))
        return set() if data is None else set(unpack(data))

    def add(self, user: str, handle: str) -> None:
        """Add a handle, and remove those whose sessions must have expired."""
        now = self._clock()

        def update(data: bytes | None) -> bytes:
            listed: dict[str, float] = {} if data is None else unpack(data)
            alive = {name: end for name, end in listed.items() if end > now}
            return pack(alive | {handle: now + self._ttl})

        self._store.update(_key(user), update, self._ttl)

    def remove(
        self,
        user: str,
        handles: Set[str] | None = None,
        *,
        spared: Set[str] = frozenset(),
    ) -> Set[str]:
        """Remove handles, all if None, but the spared ones; return those removed."""
        removed: Set[str] = frozenset()

        def update(data: bytes | None) -> bytes | None:
            nonlocal removed
            listed: dict[str, float] = {} if data is None else unpack(data)
            removed = (listed.keys() if handles is None else handles) - spared
            left = {name: end for name, end in listed.items() if name not in removed}
            return pack(left) if left else None

        self._store.update(_key(user), update, self._ttl)
        return removed


def _key(user: str) -> str:
    return f"u:{hash_id(user)}"
