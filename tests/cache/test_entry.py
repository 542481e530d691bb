"""Nothing that lies in a store runs when it is read, and damage is a miss."""

import contextlib
import math
import pickle
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from carboy.cache.entry import PAGE, VALUE, Mark, read_entry, write_entry
from carboy.cache.make_service import cache_state
from carboy.stores import DecodeError, pack


@given(
    st.sampled_from([VALUE, PAGE]), st.binary(), st.floats(allow_nan=False),
    st.dictionaries(st.text(), st.binary()), st.text(), st.binary(),
)  # fmt: skip
def test_an_entry_comes_back_as_it_was(kind, payload, fresh_until, tags, place, token):
    mark = Mark(tags, place, token, token)

    entry = read_entry(write_entry(kind, payload, fresh_until=fresh_until, mark=mark))

    assert (entry.kind, bytes(entry.payload)) == (kind, payload)
    assert (entry.fresh_until, entry.mark) == (fresh_until, mark)


def test_an_entry_may_be_for_ever():
    assert read_entry(write_entry(VALUE, b"x")).fresh_until == math.inf


@given(st.binary())
def test_any_bytes_are_an_entry_or_refused(data):
    with contextlib.suppress(DecodeError):
        read_entry(data).unpack()


class Bomb:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("where", ["value", "page", "entry", "tag", "result"])
def test_a_planted_pickle_never_runs(sites, config, tmp_path, where, count):
    app, cache = sites.make(config)
    mark = tmp_path / "ran"
    bomb = pickle.dumps(Bomb(mark))
    app.add_url_rule("/", "page", cache.cached(50)(lambda: f"page {count()}"))

    @cache.memoize(50)
    def result():
        return f"result {count()}"

    planted = {
        "value": write_entry(VALUE, bomb),
        "page": write_entry(PAGE, pack(["200 OK", bomb, bomb])),
        "entry": bomb,
        "tag": b"\x01" + bytes(8) + (60).to_bytes(4, "big") + bomb,
        "result": b"!" + bomb,
    }[where]
    service = cache_state.of(app)
    client = app.test_client()
    with app.app_context():
        keys = ("view//", "key", result.make_cache_key(result))
    for key in keys:
        service.store.set(service.prefix + key, planted)

    with app.app_context():
        assert cache.get("key") is None
        assert not cache.has("key")
        assert result().startswith("result")
    assert client.get("/").text.startswith("page")
    assert not mark.exists()


def test_what_is_damaged_is_thrown_away_and_told(sites, config, caplog):
    app, cache = sites.make(config)
    service = cache_state.of(app)
    service.store.set(service.prefix + "key", b"?")

    with app.app_context():
        assert cache.get("key") is None
        assert cache.add("key", 1) is True

    assert "thrown away" in caplog.text
