"""A session is loaded on first access, and detects what was changed."""

import json

import msgspec
import pytest

from carboy.sessions.session import Changes, LazySession, Opened
from carboy.stores import pack, unpack


@pytest.fixture
def loads():
    return []


@pytest.fixture
def session(loads):
    values = {"a": 1, "list": [1]}

    def load():
        loads.append(1)
        return Opened({k: msgspec.Raw(pack(v)) for k, v in values.items()}, "origin")

    return LazySession(load)


def test_nothing_is_loaded_before_the_first_access(session, loads):
    assert not session.is_open
    assert not session.accessed
    assert loads == []


def test_a_session_is_loaded_once(session, loads):
    assert session["a"] == 1
    assert len(session) == 2
    session["b"] = 2

    assert loads == [1]
    assert session.accessed


def test_reading_is_no_change(session):
    assert dict(session) == {"a": 1, "list": [1]}
    assert session.get("x") is None
    assert session.pop("x", None) is None
    assert session.setdefault("a", 5) == 1

    assert not session.modified
    assert not session.find_changes()


def test_changes_are_found_key_by_key(session):
    session["a"] = 2
    del session["list"]
    session["new"] = (1,)

    changes = session.find_changes()

    assert {key: unpack(value) for key, value in changes.changed.items()} == {
        "a": 2,
        "new": (1,),
    }
    assert changes.removed == {"list"}


def test_a_change_inside_a_list_is_detected_without_modified(session):
    session["list"].append(2)

    assert not session.modified
    assert list(session.find_changes().changed) == ["list"]


def test_changes_are_applied_to_the_stored_values():
    stored = {"a": msgspec.Raw(pack(1)), "b": msgspec.Raw(pack(2))}
    changes = Changes({"c": pack(3)}, frozenset({"a"}))

    after = changes.apply(stored)

    assert {key: unpack(value) for key, value in after.items()} == {"b": 2, "c": 3}


def test_a_session_is_written_as_json_like_a_dict(session):
    session.accessed = True

    assert json.loads(json.dumps(session)) == {"a": 1, "list": [1]}
    assert json.loads(json.dumps({"s": session}, indent=1))["s"]["a"] == 1
