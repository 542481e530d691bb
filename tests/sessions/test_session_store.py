"""The vault lists, revokes and never brings back, and its store knows no id."""

import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest

from carboy.sessions.record import MOVED, hash_id
from carboy.sessions.session import Changes
from carboy.sessions.session_store import Kept, Moved, Vault, Visitor
from carboy.sessions.settings import Lifetime
from carboy.stores import MemoryStore, pack, unpack

PHONE = Visitor("Phone", "10.0.0.1")
NOTHING = Changes({}, frozenset())


@pytest.fixture
def store(clock):
    return MemoryStore(clock=clock)


@pytest.fixture
def vault(store, clock):
    lifetime = Lifetime(idle=100, absolute=1000, permanent=5000)
    return Vault(store, lifetime, clock=clock)


def values(**given):
    return {key: msgspec.Raw(pack(value)) for key, value in given.items()}


def put(**given):
    return Changes({key: pack(value) for key, value in given.items()}, frozenset())


def read(vault, session_id):
    kept = vault.find(session_id)
    return {k: unpack(v) for k, v in kept.record.values.items()}


class HaltingStore(MemoryStore):
    """Holds a `set` back until somebody else has changed so many entries."""

    changes = 0
    is_holding = False

    def __init__(self, clock):
        super().__init__(clock=clock)
        self.held, self.go, self.gone = (threading.Event() for _ in range(3))

    def set(self, *given, **named):
        if self.is_holding:
            self.is_holding = False
            self.held.set()
            assert self.go.wait(10)
        super().set(*given, **named)

    def update(self, *given, **named):
        done = super().update(*given, **named)
        if self.held.is_set() and not self.go.is_set():
            self.changes -= 1
            if self.changes == 0:
                self.go.set()
                assert self.gone.wait(10)
        return done


@pytest.mark.parametrize("changes", [1, 2, 3, 4])
def test_an_end_in_the_middle_of_a_renewal_wins(clock, changes):
    """S1: whatever step the one has come to when the other goes on."""
    store = HaltingStore(clock)
    lifetime = Lifetime(idle=100, absolute=1000, permanent=5000)
    vault = Vault(store, lifetime, clock=clock)
    kept = vault.find(vault.create(values(a=1), "ada", PHONE))
    store.is_holding, store.changes = True, changes

    def regenerate():
        try:
            return vault.renew(kept, NOTHING, "ada", PHONE)
        finally:
            store.gone.set()

    with ThreadPoolExecutor(1) as pool:
        renewal = pool.submit(regenerate)
        assert store.held.wait(10)
        vault.end(kept)

    new = renewal.result()
    assert new is None or vault.find(new) is None
    assert vault.list_sessions("ada") == []
    assert [k for k in store._entries if k.startswith("s:")] == []


def test_the_store_does_not_know_the_id(vault, store):
    # A name that cannot be part of a hash by chance, as "ada" can.
    session_id = vault.create(values(a=1), "grace", PHONE)

    everything = repr(store._entries)

    assert session_id not in everything
    assert hash_id(session_id) in everything
    assert "grace" not in "".join(store._entries)


def test_an_id_that_was_not_given_out_is_nothing(vault, store):
    session_id = vault.create(values(a=1), None, PHONE)

    assert vault.find("chosen") is None
    assert vault.find(hash_id(session_id)) is None
    assert vault.find("") is None


def test_merges_into_what_is_there_by_then(vault):
    session_id = vault.create(values(a=1), None, PHONE)
    one, other = vault.find(session_id), vault.find(session_id)

    assert vault.merge(one, put(b=2))
    assert vault.merge(other, put(c=3))

    assert read(vault, session_id) == {"a": 1, "b": 2, "c": 3}


def test_a_hundred_threads_lose_no_key(vault):
    session_id = vault.create(values(start=1), None, PHONE)

    def write(number):
        return vault.merge(vault.find(session_id), put(**{f"k{number}": number}))

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(write, range(100)))
    assert len(read(vault, session_id)) == 101


def test_a_merge_into_an_ended_session_leaves_it_ended(vault, store):
    session_id = vault.create(values(a=1), "ada", PHONE)
    kept = vault.find(session_id)
    vault.end(kept)

    assert vault.merge(kept, put(b=2)) is False
    assert vault.visit(kept) is False
    assert vault.find(session_id) is None
    assert store.get(f"s:{hash_id(session_id)}") is None


def test_a_renewed_session_has_moved_and_its_old_id_stays_dead(vault, store, clock):
    old = vault.create(values(a=1), None, PHONE)
    kept = vault.find(old)

    new = vault.renew(kept, put(b=2), None, PHONE)

    assert read(vault, new) == {"a": 1, "b": 2}
    assert vault.find(old) == Moved(old)
    assert vault.merge(kept, put(c=3)) is False
    assert vault.renew(kept, put(c=3), None, PHONE) is None
    assert store.get(f"s:{hash_id(old)}") == MOVED + hash_id(new).encode()
    clock.advance(61)
    assert vault.find(old) is None


def test_a_privilege_change_after_a_logout_is_lost(vault):
    kept = vault.find(vault.create(values(a=1), "ada", PHONE))
    vault.end(kept)

    assert vault.renew(kept, put(role="admin"), "ada", PHONE) is None
    assert vault.list_sessions("ada") == []


def test_a_login_after_a_logout_is_a_new_session_without_the_old_values(vault):
    kept = vault.find(vault.create(values(cart=[1]), "ada", PHONE))
    vault.end(kept)

    new = vault.renew(kept, put(_user_id="grace"), "grace", PHONE)

    assert read(vault, new) == {"_user_id": "grace"}


def test_lists_the_sessions_of_a_user_only(vault, clock):
    one = vault.create(values(a=1), "ada", PHONE)
    clock.advance(10)
    other = vault.create(values(a=1), "ada", Visitor("Laptop", "10.0.0.2"))
    vault.create(values(a=1), "grace", PHONE)
    vault.create(values(a=1), None, PHONE)

    listed = vault.list_sessions("ada", current=one)

    assert [info.agent for info in listed] == ["Laptop", "Phone"]
    assert [info.is_current for info in listed] == [False, True]
    assert {info.handle for info in listed} == {hash_id(one), hash_id(other)}
    assert vault.list_sessions("nobody") == []


def test_revokes_one_by_its_handle_and_only_of_that_user(vault):
    one = vault.create(values(a=1), "ada", PHONE)
    other = vault.create(values(a=1), "ada", PHONE)

    assert vault.revoke("grace", hash_id(one)) is False
    assert vault.revoke("ada", hash_id(one)) is True
    assert vault.revoke("ada", hash_id(one)) is False

    assert vault.find(one) is None
    assert isinstance(vault.find(other), Kept)


def test_revokes_all_but_one(vault):
    ids = [vault.create(values(a=1), "ada", PHONE) for _ in range(3)]

    assert vault.revoke_user("ada", but=ids[1]) == 2

    assert [vault.find(one) is not None for one in ids] == [False, True, False]
    assert vault.revoke_user("ada") == 1
    assert vault.revoke_user("ada") == 0


def test_who_is_shut_out_while_logging_in_is_out(vault, store):
    add = vault._list

    def add_then_revoke(user, session_id):
        add(user, session_id)
        vault.revoke_user(user)

    vault._list = add_then_revoke

    assert vault.create(values(a=1), "ada", PHONE) is None
    assert not any(key.startswith("s:") for key in store._entries)


def test_ended_sessions_leave_the_list_of_their_user(vault, store, clock):
    for _ in range(5):
        vault.create(values(a=1), "ada", PHONE)
        clock.advance(6000)

    (listed,) = [v for k, v in store._entries.items() if k.startswith("u:")]
    assert len(unpack(listed[0])) == 1


def test_what_is_kept_ends_by_itself(vault, store, clock):
    session_id = vault.create(values(a=1), None, PHONE)
    assert store.expires_in(f"s:{hash_id(session_id)}") == 100

    clock.advance(50)
    vault.merge(vault.find(session_id), NOTHING)
    assert store.expires_in(f"s:{hash_id(session_id)}") == 100

    clock.advance(101)
    assert store.sweep() == 1
