"""Nothing in a store is executed when it is read, and a damaged entry is a miss."""

import contextlib
import math
import pickle
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from carboy.cache.entry import PAGE, VALUE, EntryMeta, decode_entry, encode_entry
from carboy.cache.make_service import cache_state
from carboy.stores import DecodeError, pack


@given(
    st.sampled_from([VALUE, PAGE]), st.binary(), st.floats(allow_nan=False),
    st.dictionaries(st.text(), st.binary()), st.text(), st.binary(),
)  # fmt: skip
def test_an_entry_is_decoded_as_it_was_encoded(
    kind, payload, fresh_until, tags, origin, token
):
    meta = EntryMeta(tags, origin, token, token)

    entry = decode_entry(
        encode_entry(kind, payload, fresh_until=fresh_until, meta=meta)
    )

    assert (entry.kind, bytes(entry.payload)) == (kind, payload)
    assert (entry.fresh_until, entry.meta) == (fresh_until, meta)


def test_an_entry_may_have_no_timeout():
    assert decode_entry(encode_entry(VALUE, b"x")).fresh_until == math.inf


@given(st.binary())
def test_any_bytes_are_decoded_or_refused(data):
    with contextlib.suppress(DecodeError):
        decode_entry(data).unpack()


class Bomb:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.mark.parametrize("where", ["value", "page", "entry", "tag", "result"])
def test_a_planted_pickle_never_runs(sites, config, tmp_path, where, count):
    app, cache = sites.make(config)
    marker = tmp_path / "ran"
    bomb = pickle.dumps(Bomb(marker))
    app.add_url_rule("/", "page", cache.cached(50)(lambda: f"page {count()}"))

    @cache.memoize(50)
    def result():
        return f"result {count()}"

    planted = {
        "value": encode_entry(VALUE, bomb),
        "page": encode_entry(PAGE, pack(["200 OK", bomb, bomb])),
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
    assert not marker.exists()


def test_a_damaged_entry_is_deleted_and_logged(sites, config, caplog):
    app, cache = sites.make(config)
    service = cache_state.of(app)
    service.store.set(service.prefix + "key", b"?")

    with app.app_context():
        assert cache.get("key") is None
        assert cache.add("key", 1) is True

    assert "Deleted the damaged cache entry" in caplog.text
