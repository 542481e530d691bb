"""Which cookies are over, although their signature is good."""

from carboy.stores import Clock, Store

from .record import hash_id
from .settings import Lifetime

OVER = b"1"


class Revocations:
    """Remembers ended sessions and shut-out users, for as long as a cookie may live.

    A cookie session lies with its visitor, who can send it again after logging out.
    The only way to refuse it is to remember that it has ended.
    """

    def __init__(self, store: Store, lifetime: Lifetime, *, clock: Clock) -> None:
        self.store = store
        self._longest = max(lifetime.absolute, lifetime.permanent)
        self._clock = clock

    def has_ended(self, session_id: str, user: str | None, created: float) -> bool:
        """Whether this session, begun at `created`, has been ended."""
        keys = [f"e:{hash_id(session_id)}"]
        if user is not None:
            keys.append(f"n:{hash_id(user)}")
        found = self.store.get_many(keys)
        if keys[0] in found:
            return True
        since = found.get(keys[-1])
        return since is not None and created < float(since)

    def end(self, session_id: str, user: str | None = None) -> None:
        """Remember that this session is over.

        That of a user is over also if it has got another id meanwhile; one of nobody
        may have become that of somebody who logged in.
        """
        became = self._end(hash_id(session_id))
        while became is not None and user is not None:
            became = self._end(became)

    def move(self, session_id: str, successor: str) -> bool:
        """Remember that this session got another id; False if it had ended before."""
        became = hash_id(successor).encode()
        return self.store.add(f"e:{hash_id(session_id)}", became, self._longest)

    def _end(self, handle: str) -> str | None:
        before: list[bytes | None] = []

        def put(data: bytes | None) -> bytes:
            before[:] = [data]
            return OVER

        self.store.update(f"e:{handle}", put, self._longest)
        became = before[0]
        return None if became is None or became == OVER else became.decode()

    def end_user(self, user: str) -> None:
        """Remember that every session of this user that began before now is over."""
        since = repr(self._clock()).encode()
        self.store.set(f"n:{hash_id(user)}", since, self._longest)
