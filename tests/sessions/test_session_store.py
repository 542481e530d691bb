"""The session store saves, lists, revokes and never brings a session back."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from carboy.sessions.lifetime import Lifetime
from carboy.sessions.record import RENAMED, hash_id
from carboy.sessions.session import Changes
from carboy.sessions.session_store import (
    ClientInfo,
    Renamed,
    SaveStatus,
    SessionStore,
    StoredSession,
)
from carboy.stores import MemoryStore, pack, unpack

PHONE = ClientInfo("Phone", "10.0.0.1")
LAPTOP = ClientInfo("Laptop", "10.0.0.2")
LIFETIME = Lifetime(idle=100, absolute=1000, permanent=5000)
NOTHING = Changes({}, frozenset())
REGENERATE = Changes({}, frozenset(), regenerate_id=True)


class Clients:
    """The client of each save, as the test sets it."""

    def __init__(self) -> None:
        self.current = PHONE

    def __call__(self) -> ClientInfo:
        return self.current


@pytest.fixture
def clients():
    return Clients()


@pytest.fixture
def store(clock):
    return MemoryStore(clock=clock)


@pytest.fixture
def sessions(store, clock, clients):
    return SessionStore(store, LIFETIME, clock=clock, client_info=clients)


def put(regenerate_id=False, **values):
    packed = {key: pack(value) for key, value in values.items()}
    return Changes(packed, frozenset(), regenerate_id)


def create(sessions, user=None, **values):
    outcome = sessions.save(None, put(**values or {"a": 1}), user)
    assert outcome.status is SaveStatus.NEW_ID
    return outcome.id


def load(sessions, user=None, **values):
    return sessions.find(create(sessions, user, **values))


def merge(sessions, stored, **values):
    return sessions.save(stored, put(**values), stored.record.user).status


def read(sessions, session_id):
    stored = sessions.find(session_id)
    return {k: unpack(v) for k, v in stored.record.values.items()}


def list_entries(store):
    return [key for key in store._entries if key.startswith("s:")]


# Ids


def test_the_store_does_not_contain_the_id(sessions, store):
    # A name that cannot be part of a hash by chance, as "ada" can.
    session_id = create(sessions, "grace")

    everything = repr(store._entries)

    assert session_id not in everything
    assert hash_id(session_id) in everything
    assert "grace" not in "".join(store._entries)


def test_an_id_that_was_not_generated_is_unknown(sessions):
    session_id = create(sessions)

    assert sessions.find("chosen") is None
    assert sessions.find(hash_id(session_id)) is None
    assert sessions.find("") is None


# Saving


def test_a_save_merges_into_what_is_stored_by_then(sessions):
    session_id = create(sessions, a=1)
    one, other = sessions.find(session_id), sessions.find(session_id)

    assert merge(sessions, one, b=2) is SaveStatus.SAVED
    assert merge(sessions, other, c=3) is SaveStatus.SAVED

    assert read(sessions, session_id) == {"a": 1, "b": 2, "c": 3}


def test_a_hundred_threads_lose_no_key(sessions):
    session_id = create(sessions, start=1)

    def write(number):
        return merge(sessions, sessions.find(session_id), **{f"k{number}": number})

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(write, range(100))) == {SaveStatus.SAVED}
    assert len(read(sessions, session_id)) == 101


def test_a_save_to_an_ended_session_leaves_it_ended(sessions, store, clock):
    stored = load(sessions, "ada")
    sessions.end(stored)
    clock.advance(50)

    assert merge(sessions, stored, b=2) is SaveStatus.ENDED
    assert sessions.save(stored, NOTHING, "ada").status is SaveStatus.UNCHANGED
    assert sessions.find(stored.id) is None
    assert list_entries(store) == []


def test_a_new_session_without_values_is_not_stored(sessions, store):
    assert sessions.save(None, NOTHING, None).status is SaveStatus.EMPTY
    assert store._entries == {}


def test_a_session_whose_last_value_goes_with_its_id_ends(sessions, store):
    stored = load(sessions, a=1)

    outcome = sessions.save(stored, Changes({}, frozenset("a"), True), None)

    assert outcome.status is SaveStatus.EMPTY
    assert list_entries(store) == []


def test_a_renamed_session_is_linked_and_its_old_id_stays_dead(sessions, store, clock):
    stored = load(sessions, a=1)

    new_id = sessions.save(stored, put(regenerate_id=True, b=2), None).id

    assert read(sessions, new_id) == {"a": 1, "b": 2}
    assert sessions.find(stored.id) == Renamed(stored.id)
    assert merge(sessions, stored, c=3) is SaveStatus.ENDED
    assert sessions.save(stored, REGENERATE, None).status is SaveStatus.ENDED
    assert store.get(f"s:{hash_id(stored.id)}") == RENAMED + hash_id(new_id).encode()
    clock.advance(61)
    assert sessions.find(stored.id) is None


def test_a_late_write_does_not_prolong_the_link_to_a_new_id(sessions, clock):
    """A browser that never received the new id must get a session soon."""
    stored = load(sessions, a=1)
    sessions.save(stored, REGENERATE, None)
    clock.advance(30)

    assert merge(sessions, stored, late=1) is SaveStatus.ENDED
    assert sessions.save(stored, REGENERATE, None).status is SaveStatus.ENDED
    clock.advance(31)

    assert sessions.find(stored.id) is None


def test_a_write_beside_one_that_makes_a_session_permanent_keeps_its_time(
    sessions, store, clock
):
    session_id = create(sessions, a=1)
    one, other = sessions.find(session_id), sessions.find(session_id)
    merge(sessions, one, _permanent=True)

    merge(sessions, other, b=2)

    assert store.expires_in(f"s:{hash_id(session_id)}") == 5000
    clock.advance(4000)
    assert read(sessions, session_id) == {"a": 1, "b": 2, "_permanent": True}


def test_a_privilege_change_after_a_logout_is_lost(sessions, store):
    stored = load(sessions, "ada")
    sessions.end(stored)

    outcome = sessions.save(stored, put(regenerate_id=True, role="admin"), "ada")

    assert outcome.status is SaveStatus.ENDED
    assert sessions.list_sessions("ada") == []
    assert list_entries(store) == []


def test_a_login_after_a_logout_is_a_new_session_without_the_old_values(sessions):
    stored = load(sessions, "ada", cart=[1])
    sessions.end(stored)

    new_id = sessions.save(stored, put(_user_id="grace"), "grace").id

    assert read(sessions, new_id) == {"_user_id": "grace"}
    assert len(sessions.list_sessions("grace")) == 1


# Sessions of a user


def test_lists_the_sessions_of_a_user_only(sessions, clock, clients):
    one = create(sessions, "ada")
    clock.advance(10)
    clients.current = LAPTOP
    other = create(sessions, "ada")
    clients.current = PHONE
    create(sessions, "grace")
    create(sessions)

    infos = sessions.list_sessions("ada", current=one)

    assert [info.agent for info in infos] == ["Laptop", "Phone"]
    assert [info.is_current for info in infos] == [False, True]
    assert {info.handle for info in infos} == {hash_id(one), hash_id(other)}
    assert sessions.list_sessions("nobody") == []


def test_an_entry_that_is_no_session_is_not_listed(sessions, store):
    damaged, session_id = create(sessions, "ada"), create(sessions, "ada")
    store.set(f"s:{hash_id(damaged)}", b"\xff")

    infos = sessions.list_sessions("ada")

    assert [info.handle for info in infos] == [hash_id(session_id)]


def test_revokes_one_by_its_handle_and_only_of_that_user(sessions):
    one, other = create(sessions, "ada"), create(sessions, "ada")

    assert sessions.revoke("grace", hash_id(one)) is False
    assert sessions.revoke("ada", hash_id(one)) is True
    assert sessions.revoke("ada", hash_id(one)) is False

    assert sessions.find(one) is None
    assert isinstance(sessions.find(other), StoredSession)


def test_revokes_a_listed_session_whose_id_has_changed_since(sessions):
    stored = load(sessions, "ada")
    (info,) = sessions.list_sessions("ada")
    new_id = sessions.save(stored, REGENERATE, "ada").id

    assert sessions.revoke("grace", info.handle) is False
    assert sessions.revoke("ada", info.handle) is True

    assert sessions.find(new_id) is None


def test_revokes_all_but_one(sessions):
    ids = [create(sessions, "ada") for _ in range(3)]

    assert sessions.revoke_user("ada", but=ids[1]) == 2

    assert [sessions.find(one) is not None for one in ids] == [False, True, False]
    assert sessions.revoke_user("ada") == 1
    assert sessions.revoke_user("ada") == 0


def test_a_user_who_is_revoked_while_logging_in_is_out(sessions, store):
    add = sessions._index.add

    def add_then_revoke(user, handle):
        add(user, handle)
        sessions.revoke_user(user)

    sessions._index.add = add_then_revoke

    assert sessions.save(None, put(a=1), "ada").status is SaveStatus.ENDED
    assert list_entries(store) == []


def test_ended_sessions_leave_the_list_of_their_user(sessions, store, clock):
    for _ in range(5):
        create(sessions, "ada")
        clock.advance(6000)

    (listed,) = [v for k, v in store._entries.items() if k.startswith("u:")]
    assert len(unpack(listed[0])) == 1


def test_a_stored_session_expires_by_itself(sessions, store, clock):
    session_id = create(sessions)
    assert store.expires_in(f"s:{hash_id(session_id)}") == 100

    clock.advance(50)
    sessions.save(sessions.find(session_id), NOTHING, None)
    assert store.expires_in(f"s:{hash_id(session_id)}") == 100

    clock.advance(101)
    assert store.purge_expired() == 1


def test_values_are_stored_packed(sessions):
    stored = load(sessions, a=(1,))

    assert stored.record.values == {"a": msgspec.Raw(pack((1,)))}
