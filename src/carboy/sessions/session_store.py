"""Sessions in a store: saved key by key, never brought back, listed and revoked."""

import contextlib
import enum
from collections.abc import Callable, Iterable, Set

import msgspec

from carboy.errors import UnavailableError
from carboy.stores import Clock, DecodeError, Store

from .lifetime import Lifetime
from .record import (
    RENAMED,
    Record,
    SessionInfo,
    find_successor,
    hash_id,
    make_id,
    read_record,
)
from .session import Changes
from .session_index import SessionIndex

# How long a request that was sent with the old id is recognised.
RENAMED_SECONDS = 60
Epoch = Callable[[str], str | None]


class StoredSession(msgspec.Struct, frozen=True):
    """A session as it was loaded: its id, and its bytes in the store."""

    id: str
    record: Record
    data: bytes


class Renamed(msgspec.Struct, frozen=True):
    """A session that was requested with the id that it had before."""

    id: str


class ClientInfo(msgspec.Struct, frozen=True):
    """The client that saves a session, for the list of devices."""

    agent: str = ""
    address: str = ""


class SaveStatus(enum.Enum):
    """What a save did."""

    UNCHANGED = enum.auto()
    SAVED = enum.auto()
    NEW_ID = enum.auto()
    EMPTY = enum.auto()
    ENDED = enum.auto()


class SaveOutcome(msgspec.Struct, frozen=True):
    """The result of a save, and the id for the client's cookie."""

    status: SaveStatus
    id: str = ""


class _LeaveUnchanged(Exception):  # noqa: N818 - control flow, not an error
    """Raised inside an update: the entry keeps its bytes and its expiry."""


class SessionStore:
    """All sessions of a site on the server.

    The store contains the hash of an id, so that a reader of the store cannot take
    over a session. An unknown id is never adopted, and a save never brings back a
    session that has ended meanwhile.
    """

    def __init__(
        self,
        store: Store,
        lifetime: Lifetime,
        *,
        clock: Clock,
        id_length: int = 32,
        epoch: Epoch | None = None,
        client_info: Callable[[], ClientInfo] = ClientInfo,
    ) -> None:
        self.store = store
        self.lifetime = lifetime
        self.epoch = epoch
        self._clock = clock
        self._id_length = id_length
        self._client_info = client_info
        self._index = SessionIndex(store, clock=clock, ttl=lifetime.longest)

    def find(self, session_id: str) -> StoredSession | Renamed | None:
        """Return the session with this id if it is alive."""
        data = self.store.get(_key(session_id))
        if data is None:
            return None
        if data.startswith(RENAMED):
            return Renamed(session_id)
        record = read_record(data)
        if self._expires_at(record) <= self._clock():
            return None
        if record.user is not None and self._epoch_of(record.user) != record.epoch:
            return None
        return StoredSession(session_id, record, data)

    def save(
        self, stored: StoredSession | Renamed | None, changes: Changes, user: str | None
    ) -> SaveOutcome:
        """Save the changes of one request to the session that it loaded.

        The id changes with the user, and when the changes ask for it. For each key the
        last save wins; removing a key is a change like any other.
        """
        if isinstance(stored, StoredSession):
            return self._save_stored(stored, changes, user)
        if stored is not None and user is None:
            # The browser is about to receive the new id; a cookie would undo that.
            return _UNCHANGED
        if not changes.changed:
            return _EMPTY
        return self._create(changes, user)

    def end(self, stored: StoredSession) -> None:
        """End one session, also if its id has changed since it was loaded."""
        handle, user = hash_id(stored.id), stored.record.user
        if user is not None:
            self._index.remove(user, {handle})
        self._end_all({handle}, user)

    # Sessions of a user

    def list_sessions(self, user: str, current: str | None = None) -> list[SessionInfo]:
        """List the sessions of a user, the most recently seen first."""
        handles = self._index.handles(user)
        entries = self.store.get_many(f"s:{handle}" for handle in handles)
        now, current_handle = self._clock(), current and hash_id(current)
        infos = []
        for key, data in entries.items():
            try:
                record = read_record(data)
            except DecodeError:
                # Renamed, or written by another program.
                continue
            if record.user == user and self._expires_at(record) > now:
                is_current = key[2:] == current_handle
                infos.append(_info(key[2:], record, is_current=is_current))
        return sorted(infos, key=lambda info: info.seen, reverse=True)

    def revoke(self, user: str, handle: str) -> bool:
        """End one session of a user by its handle; return whether it was alive."""
        while handle not in self._index.handles(user):
            # The id may have changed since the handle was listed.
            successor = find_successor(self.store.get(f"s:{handle}") or b"")
            if successor is None:
                return False
            handle = successor
        self._index.remove(user, {handle})
        return self._end_all({handle}, user) == 1

    def revoke_user(self, user: str, *, but: str | None = None) -> int:
        """End all sessions of a user but the one with the id `but`; count them."""
        spared = frozenset() if but is None else frozenset({hash_id(but)})
        handles = self._index.remove(user, spared=spared)
        return self._end_all(handles, user, spared=spared)

    # Saving

    def _save_stored(
        self, stored: StoredSession, changes: Changes, user: str | None
    ) -> SaveOutcome:
        record = stored.record
        if changes.regenerate_id or user != record.user:
            if not changes.changed and record.values.keys() <= changes.removed:
                self.end(stored)
                return _EMPTY
            return self._regenerate(stored, changes, user)
        now = self._clock()
        if changes:
            is_saved = self._merge(stored, changes, now)
            return SaveOutcome(SaveStatus.SAVED, stored.id) if is_saved else _ENDED
        is_due = self.lifetime.needs_touch(record.seen, now, permanent=record.permanent)
        if is_due and self._merge(stored, changes, now):
            return SaveOutcome(SaveStatus.SAVED, stored.id)
        return _UNCHANGED

    def _merge(self, stored: StoredSession, changes: Changes, now: float) -> bool:
        """Apply changes to the stored record; return False if the session has ended."""

        def apply(record: Record) -> Record:
            return record.replace(values=changes.apply(record.values), seen=now)

        expected = after = apply(stored.record)
        packed = expected.pack()
        ttl = self._ttl(expected)

        def update(data: bytes | None) -> bytes:
            nonlocal after
            if data == stored.data:
                after = expected
                return packed
            if data is None or data.startswith(RENAMED):
                raise _LeaveUnchanged
            after = apply(read_record(data))
            return after.pack()

        key = _key(stored.id)
        try:
            self.store.compare_and_update(key, stored.data, update, ttl)
        except _LeaveUnchanged:
            return False
        if after is not expected and self._ttl(after) != ttl:
            # A parallel request has made it permanent, or no longer permanent.
            self._set_ttl(key, after.pack(), self._ttl(after))
        return True

    def _set_ttl(self, key: str, expected: bytes, ttl: float) -> None:
        def update(data: bytes | None) -> bytes:
            if data != expected:
                raise _LeaveUnchanged
            return expected

        with contextlib.suppress(_LeaveUnchanged):
            self.store.compare_and_update(key, expected, update, ttl)

    def _create(self, changes: Changes, user: str | None) -> SaveOutcome:
        """Store a new session; it has ended if its user was revoked meanwhile."""
        now, client = self._clock(), self._client_info()
        record = Record(
            changes.apply({}),
            now,
            now,
            user,
            self._epoch_of(user),
            client.agent,
            client.address,
        )
        session_id = make_id(self._id_length)
        if user is not None:
            self._index.add(user, hash_id(session_id))
        if self._put_listed(record, session_id):
            return SaveOutcome(SaveStatus.NEW_ID, session_id)
        return _ENDED

    def _regenerate(
        self, stored: StoredSession, changes: Changes, user: str | None
    ) -> SaveOutcome:
        """Store the session under another id, then replace the old one by a link.

        In this order a failure in between leaves the old session usable, and an end
        of the old session always finds the new one. A login survives the end of the
        session before it, as it is a new proof of identity; nothing else does.
        """
        is_login = user is not None and user != stored.record.user
        new_id = make_id(self._id_length)
        if user is not None:
            self._index.add(user, hash_id(new_id))
        data, record = stored.data, stored.record
        while True:
            renewed = self._renewed(record, changes, user, is_login=is_login)
            if not self._put_listed(renewed, new_id):
                return _ENDED
            current = self._link(stored.id, data, new_id)
            if current == data:
                break
            if current is None or current.startswith(RENAMED):
                self._drop(new_id, user)
                return self._create(changes, user) if is_login else _ENDED
            data, record = current, read_record(current)
        if record.user is not None:
            # A listed handle without a session is harmless.
            with contextlib.suppress(UnavailableError):
                self._index.remove(record.user, {hash_id(stored.id)})
        return SaveOutcome(SaveStatus.NEW_ID, new_id)

    def _renewed(
        self, record: Record, changes: Changes, user: str | None, *, is_login: bool
    ) -> Record:
        now = self._clock()
        renewed = record.replace(
            values=changes.apply(record.values),
            seen=now,
            user=user,
            epoch=self._epoch_of(user),
        )
        if not is_login:
            return renewed
        client = self._client_info()
        return renewed.replace(created=now, agent=client.agent, address=client.address)

    def _link(self, old_id: str, expected: bytes, new_id: str) -> bytes | None:
        """Replace the expected record by a link; return what was there instead."""
        current: bytes | None = None

        def update(data: bytes | None) -> bytes:
            nonlocal current
            current = data
            if data != expected:
                raise _LeaveUnchanged
            return RENAMED + hash_id(new_id).encode()

        with contextlib.suppress(_LeaveUnchanged):
            self.store.compare_and_update(
                _key(old_id), expected, update, RENAMED_SECONDS
            )
        return current

    # Records

    def _put_listed(self, record: Record, session_id: str) -> bool:
        """Store a record, unless its handle was taken off its user's list."""
        self.store.set(_key(session_id), record.pack(), self._ttl(record))
        user = record.user
        if user is not None and hash_id(session_id) not in self._index.handles(user):
            # The session was ended, or its user revoked, before the record existed.
            self.store.delete(_key(session_id))
            return False
        return True

    def _drop(self, session_id: str, user: str | None) -> None:
        if user is not None:
            self._index.remove(user, {hash_id(session_id)})
        self.store.delete(_key(session_id))

    def _end_all(
        self,
        handles: Iterable[str],
        user: str | None,
        *,
        spared: Set[str] = frozenset(),
    ) -> int:
        """End unlisted sessions and those that they were renamed to; count them.

        A session without a user may have become that of a user who logged in, which
        is spared.
        """
        ended = 0
        for first in handles:
            handle: str | None = first
            while handle is not None and handle not in spared:
                data = self._remove(handle)
                handle = None if data is None else find_successor(data)
                ended += data is not None and handle is None
                if handle is None or user is None:
                    break
                # Before its record goes: a record that is stored later is checked
                # against the list.
                if handle not in spared:
                    self._index.remove(user, {handle})
        return ended

    def _remove(self, handle: str) -> bytes | None:
        removed: bytes | None = None

        def remove(data: bytes | None) -> None:
            nonlocal removed
            removed = data

        self.store.update(f"s:{handle}", remove)
        return removed

    def _epoch_of(self, user: str | None) -> str | None:
        return None if self.epoch is None or user is None else self.epoch(user)

    def _expires_at(self, record: Record) -> float:
        return self.lifetime.expires_at(
            record.created, record.seen, permanent=record.permanent
        )

    def _ttl(self, record: Record) -> float:
        """Return the seconds from the last visit to the end."""
        seen = record.seen
        end = self.lifetime.expires_at(record.created, seen, permanent=record.permanent)
        return max(1.0, end - seen)


def _key(session_id: str) -> str:
    return f"s:{hash_id(session_id)}"


def _info(handle: str, record: Record, *, is_current: bool) -> SessionInfo:
    return SessionInfo(
        handle,
        record.created,
        record.seen,
        record.agent,
        record.address,
        is_current,
        record.device,
    )


_UNCHANGED = SaveOutcome(SaveStatus.UNCHANGED)
_EMPTY = SaveOutcome(SaveStatus.EMPTY)
_ENDED = SaveOutcome(SaveStatus.ENDED)
