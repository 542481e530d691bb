"""Cookies that are no longer valid, although their signature is."""

from carboy.stores import Clock, Store

from .lifetime import Lifetime
from .record import hash_id

ENDED = b"1"


class Revocations:
    """Ended sessions and revoked users, stored as long as their cookies may live.

    A cookie session is stored by its client, who can send it again after a logout.
    It can only be refused by storing that it has ended.
    """

    def __init__(self, store: Store, lifetime: Lifetime, *, clock: Clock) -> None:
        self.store = store
        self._longest = lifetime.longest
        self._clock = clock

    def has_ended(
        self, session_id: str, user: str | None, created: float, device: str = ""
    ) -> bool:
        """Return whether this session, created at `created`, has been ended."""
        ends = [f"e:{hash_id(session_id)}"]
        if device:
            ends.append(f"d:{hash_id(device)}")
        of_user = f"n:{hash_id(user)}" if user is not None else ""
        entries = self.store.get_many([*ends, of_user] if of_user else ends)
        if any(key in entries for key in ends):
            return True
        since = entries.get(of_user)
        return since is not None and created < float(since)

    def end_device(self, device: str) -> None:
        """Store that the sessions of this device have ended."""
        self.store.set(f"d:{hash_id(device)}", ENDED, self._longest)

    def end(self, session_id: str, user: str | None = None) -> None:
        """Store that this session has ended.

        For a session of a user this includes its later ids; an anonymous one may have
        become that of a user who logged in.
        """
        successor = self._end(hash_id(session_id))
        while successor is not None and user is not None:
            successor = self._end(successor)

    def rename(self, session_id: str, new_id: str) -> bool:
        """Store that the id of a session changed; return False if it had ended."""
        handle = hash_id(new_id).encode()
        return self.store.add(f"e:{hash_id(session_id)}", handle, self._longest)

    def end_user(self, user: str) -> None:
        """Store that every session of this user created before now has ended."""
        now = self._clock()

        def update(data: bytes | None) -> bytes:
            # Never earlier than before, also where clocks differ.
            return repr(now if data is None else max(now, float(data))).encode()

        self.store.update(f"n:{hash_id(user)}", update, self._longest)

    def _end(self, handle: str) -> str | None:
        before: bytes | None = None

        def update(data: bytes | None) -> bytes:
            nonlocal before
            before = data
            return ENDED

        self.store.update(f"e:{handle}", update, self._longest)
        return None if before is None or before == ENDED else before.decode()
