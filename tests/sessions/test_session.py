"""The session asks its store at the first touch, and knows what was changed."""

import json

import msgspec
import pytest

from carboy.sessions.session import Changes, Opened, Session
from carboy.stores import pack, unpack


@pytest.fixture
def asked():
    return []


@pytest.fixture
def session(asked):
    values = {"a": 1, "list": [1]}

    def find():
        asked.append(1)
        return Opened({k: msgspec.Raw(pack(v)) for k, v in values.items()}, "origin")

    return Session(find)


def test_nothing_is_asked_before_the_first_touch(session, asked):
    assert not session.is_open
    assert not session.accessed
    assert asked == []


def test_the_store_is_asked_once(session, asked):
    assert session["a"] == 1
    assert len(session) == 2
    session["b"] = 2

    assert asked == [1]
    assert session.accessed


def test_reading_is_no_change(session):
    assert dict(session) == {"a": 1, "list": [1]}
    assert session.get("x") is None
    assert session.pop("x", None) is None
    assert session.setdefault("a", 5) == 1

    assert not session.modified
    assert not session.find_changes()


def test_changes_are_told_key_by_key(session):
    session["a"] = 2
    del session["list"]
    session["new"] = (1,)

    changes = session.find_changes()

    assert {key: unpack(value) for key, value in changes.changed.items()} == {
        "a": 2,
        "new": (1,),
    }
    assert changes.removed == {"list"}


def test_a_change_inside_is_noticed_without_modified(session):
    session["list"].append(2)

    assert not session.modified
    assert list(session.find_changes().changed) == ["list"]


def test_changes_go_into_what_is_kept_by_then():
    kept = {"a": msgspec.Raw(pack(1)), "b": msgspec.Raw(pack(2))}
    changes = Changes({"c": pack(3)}, frozenset({"a"}))

    after = changes.apply(kept)

    assert {key: unpack(value) for key, value in after.items()} == {"b": 2, "c": 3}


def test_it_is_written_as_json_like_a_dict(session):
    session.accessed = True

    assert json.loads(json.dumps(session)) == {"a": 1, "list": [1]}
    assert json.loads(json.dumps({"s": session}, indent=1))["s"]["a"] == 1
