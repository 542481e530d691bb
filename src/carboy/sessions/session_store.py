"""Sessions in a store: merged key by key, never brought back, listed and revoked."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from carboy.stores import Clock, Store, pack, unpack

from .record import (
    MOVED,
    Record,
    SessionInfo,
    find_successor,
    hash_id,
    make_id,
    read_record,
)
from .session import Changes
from .settings import Lifetime

# For so long a request that was on its way with the old id is recognised.
MOVED_FOR = 60
Epoch = Callable[[str], str | None]


class Kept(msgspec.Struct, frozen=True):
    """A session that was found: its id, and how it lay in the store."""

    id: str
    record: Record
    data: bytes


class Moved(msgspec.Struct, frozen=True):
    """A session that has got a new id, asked for with the old one."""

    id: str


class Visitor(msgspec.Struct, frozen=True):
    """Who saves a session, for the list of devices."""

    agent: str = ""
    address: str = ""


class Vault:
    """What is kept about sessions on the server.

    The store knows the hash of an id, so that who reads it cannot take over a
    session. An id that is not there is never adopted, and a save finds a session that
    has ended meanwhile gone, and leaves it so.
    """

    def __init__(
        self,
        store: Store,
        lifetime: Lifetime,
        *,
        clock: Clock,
        id_length: int = 32,
        epoch: Epoch | None = None,
    ) -> None:
        self.store = store
        self.lifetime = lifetime
        self.epoch = epoch
        self._clock = clock
        self._id_length = id_length

    def find(self, session_id: str) -> Kept | Moved | None:
        """Give the session with this id if it lives."""
        data = self.store.get(_key(session_id))
        if data is None:
            return None
        if data.startswith(MOVED):
            return Moved(session_id)
        record = read_record(data)
        if self._end_of(record) <= self._clock():
            return None
        if record.user is not None and self._epoch_of(record.user) != record.epoch:
            return None
        return Kept(session_id, record, data)

    def create(
        self, values: dict[str, msgspec.Raw], user: str | None, visitor: Visitor
    ) -> str | None:
        """Keep a new session and give its id; None if its user was shut out now."""
        now = self._clock()
        record = Record(values, now, now, agent=visitor.agent, address=visitor.address)
        session_id = make_id(self._id_length)
        if user is not None:
            self._list(user, session_id)
        return self._put_listed(self._bound(record, user), session_id)

    def merge(self, kept: Kept, changes: Changes) -> bool:
        """Put the changes of one request in; False if the session has ended.

        For each key the last to save wins; a removed key is a change like any other.
        """
        now = self._clock()
        found = False

        def put(data: bytes | None) -> bytes | None:
            nonlocal found
            found = data is not None and not data.startswith(MOVED)
            if data is None or not found:
                return data
            record = kept.record if data == kept.data else read_record(data)
            return record.replace(values=changes.apply(record.values), seen=now).pack()

        permanent = self._permanent_after(kept.record, changes)
        ttl = self._ttl(kept.record, now, permanent)
        self.store.update_seen(_key(kept.id), kept.data, put, ttl)
        return found

    def visit(self, kept: Kept) -> bool:
        """Note a visit if one is due; tell whether it was noted."""
        record, now = kept.record, self._clock()
        if not self.lifetime.is_due(record.seen, now, permanent=record.permanent):
            return False
        return self.merge(kept, Changes({}, frozenset()))

    def regenerate(
        self, kept: Kept, changes: Changes, user: str | None, visitor: Visitor
    ) -> str | None:
        """Give the session another id, and end the old one; None if it has ended.

        A login survives that the session before it ended meanwhile: it is a new
        proof of who this is. Whatever else was done in it does not.
        """
        taken: list[Record] = []
        new_id = make_id(self._id_length)

        def take(data: bytes | None) -> bytes | None:
            taken.clear()
            if data is None or data.startswith(MOVED):
                return data
            taken.append(read_record(data))
            return MOVED + hash_id(new_id).encode()

        # Listed before the old one is taken: whoever ends that one from now on finds
        # the new one in the list, and takes it off there.
        if user is not None:
            self._list(user, new_id)
        self.store.update(_key(kept.id), take, MOVED_FOR)
        is_login = user is not None and user != kept.record.user
        if not taken:
            if user is not None:
                self._unlist(user, new_id)
            if not is_login:
                return None
            return self.create(changes.apply({}), user, visitor)
        record = taken[0]
        if record.user is not None:
            self._unlist(record.user, kept.id)
        record = record.replace(values=changes.apply(record.values))
        if is_login:
            now = self._clock()
            record = record.replace(
                created=now, seen=now, agent=visitor.agent, address=visitor.address
            )
        return self._put_listed(self._bound(record, user), new_id)

    def end(self, kept: Kept) -> None:
        """End one session, also if it has got another id since it was found."""
        user = kept.record.user
        handle: str | None = hash_id(kept.id)
        while handle is not None:
            # Off the list first: who puts a record there from now on looks there
            # afterwards, and takes it away again.
            if user is not None:
                self._drop_handles(user, {handle})
            data = self._take_away(handle)
            if user is None or data is None:
                return
            handle = find_successor(data)

    # Of a user

    def list_sessions(self, user: str, current: str | None = None) -> list[SessionInfo]:
        """List the sessions of a user, the one last seen first."""
        handles = self._handles(user)
        found = self.store.get_many(f"s:{handle}" for handle in handles)
        now, mine = self._clock(), current and hash_id(current)
        infos = []
        for key, data in found.items():
            if data.startswith(MOVED):
                continue
            record = read_record(data)
            if record.user == user and self._end_of(record) > now:
                infos.append(_info(key[2:], record, is_current=key[2:] == mine))
        return sorted(infos, key=lambda info: info.seen, reverse=True)

    def revoke(self, user: str, handle: str) -> bool:
        """End one session of a user by its handle; tell whether it was there."""
        if handle not in self._handles(user):
            return False
        self._drop_handles(user, {handle})
        return self.store.delete(f"s:{handle}")

    def revoke_user(self, user: str, *, but: str | None = None) -> int:
        """End every session of a user, except the one with the id `but`."""
        spared = {hash_id(but)} if but is not None else set()
        gone = self._drop_handles(user, None, spared=spared)
        return self.store.delete_many(f"s:{handle}" for handle in gone)

    # Records

    def _take_away(self, handle: str) -> bytes | None:
        taken: list[bytes | None] = []

        def take(data: bytes | None) -> None:
            taken[:] = [data]

        self.store.update(f"s:{handle}", take)
        return taken[0]

    def _put_listed(self, record: Record, session_id: str) -> str | None:
        ttl = self._ttl(record, self._clock(), record.permanent)
        self.store.set(_key(session_id), record.pack(), ttl)
        user = record.user
        if user is not None and hash_id(session_id) not in self._handles(user):
            # It was ended, or the user shut out, before this record was there.
            self.store.delete(_key(session_id))
            return None
        return session_id

    def _bound(self, record: Record, user: str | None) -> Record:
        epoch = None if user is None else self._epoch_of(user)
        return record.replace(user=user, epoch=epoch)

    def _epoch_of(self, user: str) -> str | None:
        return None if self.epoch is None else self.epoch(user)

    def _end_of(self, record: Record) -> float:
        return self.lifetime.end(
            record.created, record.seen, permanent=record.permanent
        )

    def _ttl(self, record: Record, now: float, permanent: bool) -> float:  # noqa: FBT001 - a fact about the record, not a switch
        end = self.lifetime.end(record.created, now, permanent=permanent)
        return max(1.0, end - now)

    def _permanent_after(self, record: Record, changes: Changes) -> bool:
        return record.replace(values=changes.apply(record.values)).permanent

    # The list of each user: kept apart, so that it is never read for a page.

    def _handles(self, user: str) -> set[str]:
        data = self.store.get(_user_key(user))
        return set() if data is None else set(unpack(data))

    def _list(self, user: str, session_id: str) -> None:
        now, handle = self._clock(), hash_id(session_id)
        longest = max(self.lifetime.absolute, self.lifetime.permanent)

        def put(data: bytes | None) -> bytes:
            listed: dict[str, float] = {} if data is None else unpack(data)
            alive = {name: end for name, end in listed.items() if end > now}
            return pack(alive | {handle: now + longest})

        self.store.update(_user_key(user), put, longest)

    def _unlist(self, user: str, session_id: str) -> None:
        self._drop_handles(user, {hash_id(session_id)})

    def _drop_handles(
        self, user: str, which: set[str] | None, *, spared: Iterable[str] = ()
    ) -> set[str]:
        """Take handles off a user's list, all if `which` is None; give those taken."""
        taken: set[str] = set()
        kept = set(spared)

        def drop(data: bytes | None) -> bytes | None:
            taken.clear()
            listed: dict[str, Any] = {} if data is None else unpack(data)
            taken.update((listed.keys() if which is None else which) - kept)
            left = {name: end for name, end in listed.items() if name not in taken}
            return pack(left) if left else None

        longest = max(self.lifetime.absolute, self.lifetime.permanent)
        self.store.update(_user_key(user), drop, longest)
        return taken


def _key(session_id: str) -> str:
    return f"s:{hash_id(session_id)}"


def _user_key(user: str) -> str:
    return f"u:{hash_id(user)}"


def _info(handle: str, record: Record, *, is_current: bool) -> SessionInfo:
    return SessionInfo(
        handle, record.created, record.seen, record.agent, record.address, is_current
    )
