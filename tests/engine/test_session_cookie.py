"""The session cookie is Flask's, and Flask reads it."""

import re
import zlib
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask, flash, get_flashed_messages, request, session
from flask.sessions import SecureCookieSessionInterface
from hypothesis import example, given, settings, strategies as st
from markupsafe import Markup
from twins import Fast, call_app, make, warm_up
from werkzeug.http import parse_cookie
from werkzeug.test import create_environ

from carboy.engine.session_cookie import SignedCookieCodec, compress
from tests.versions import needs

# A slow run meets the next second.
EXPIRES = re.compile(r"(?<=Expires=)[^;]*")
DATA = st.dictionaries(
    st.text(max_size=10),
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=40)
    | st.binary(max_size=10)
    | st.uuids()
    | st.lists(st.integers(), max_size=5)
    | st.tuples(st.integers(), st.text(max_size=5))
    | st.dictionaries(st.text(max_size=5), st.integers(), max_size=2)
    | st.text(max_size=5).map(Markup),
    max_size=5,
)


def build(app: Any) -> None:
    @app.route("/write")
    def write() -> str:
        session.update(user=42, name="Ada", id=UUID(int=1), pair=(1, b"x"))
        return "x"

    @app.route("/read")
    def read() -> str:
        return repr(sorted(session.items()))

    @app.route("/forever")
    def forever() -> str:
        session.permanent = True
        session["a"] = 1
        return "x"

    @app.route("/unused")
    def unused() -> str:
        return "x"

    @app.route("/clear")
    def clear() -> str:
        session.clear()
        return "x"

    @app.route("/flash")
    def say() -> str:
        flash("hello", "info")
        return "x"

    @app.route("/said")
    def replies() -> str:
        return repr(get_flashed_messages(with_categories=True))

    @app.route("/vary")
    def vary() -> Any:
        session["a"] = 1
        return "x", {"Vary": "Accept"}


def cookie_of(replies: Any) -> str | None:
    found = [value for name, value in replies[1] if name == "Set-Cookie"]
    return found[0].partition(";")[0] if found else None


def without_value(replies: Any) -> Any:
    """Take the value and the time at which it expires out of a Set-Cookie line."""
    headers = [
        (name, EXPIRES.sub("", value.partition(";")[2]))
        if name == "Set-Cookie"
        else (name, value)
        for name, value in replies[1]
    ]
    return replies[0], headers, replies[2]


def visit(app: Any, path: str, cookie: str | None = None) -> Any:
    environ = create_environ(path)
    if cookie is not None:
        environ["HTTP_COOKIE"] = cookie
    return call_app(app, environ)


def pair() -> tuple[Flask, Flask]:
    return warm_up(make(build, Flask)), warm_up(make(build))


@pytest.mark.parametrize("first", ["/write", "/forever", "/clear", "/flash", "/vary"])
@pytest.mark.parametrize(
    "second",
    ["/read", "/unused", "/write", "/forever", "/clear", "/said", "/vary"],
)
def test_each_side_reads_what_the_other_wrote(first: str, second: str) -> None:
    stock, fast = pair()
    written = visit(stock, first), visit(fast, first)
    assert without_value(written[0]) == without_value(written[1])

    for cookie in map(cookie_of, written):
        here, there = visit(stock, second, cookie), visit(fast, second, cookie)
        assert without_value(here) == without_value(there)


@pytest.mark.parametrize(
    "cookie",
    [
        "session=",
        "session=nonsense",
        "session=a.b.c",
        "session=..",
        'session="quoted"',
        "session=\xff",
        "session=eyJhIjoxfQ.aAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "other=1",
    ],
)
def test_a_cookie_that_is_not_ours_is_an_empty_session(cookie: str) -> None:
    stock, fast = pair()

    for path in ("/read", "/unused", "/write"):
        here, there = visit(stock, path, cookie), visit(fast, path, cookie)
        assert without_value(here) == without_value(there)


@settings(max_examples=60, deadline=None)
@given(DATA)
def test_any_data_comes_back(data: dict[str, Any]) -> None:
    app = make(lambda app: None)
    sessions = SignedCookieCodec(SecureCookieSessionInterface())
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # stock
    with app.test_request_context():
        assert sessions._has_signing_key(app)
        mine, stock = sessions._write(app, data), signer.dumps(data)
        assert mine.split(".")[:-2] == stock.split(".")[:-2]
        assert signer.loads(mine) == signer.loads(stock)
        read = sessions._read(app, stock)
        assert read is None or read == signer.loads(stock)


@needs("flask", 3, 1)
def test_an_old_key_is_still_read_and_a_new_one_writes() -> None:
    _, fast = pair()
    cookie = cookie_of(visit(fast, "/forever"))
    old, fast.secret_key = fast.secret_key, "another" * 5

    assert visit(fast, "/read", cookie)[2] == b"[]"
    fast.config["SECRET_KEY_FALLBACKS"] = [old]
    assert b"('a', 1)" in visit(fast, "/read", cookie)[2]


def test_an_expired_cookie_is_an_empty_session() -> None:
    _, fast = pair()
    cookie = cookie_of(visit(fast, "/write"))
    fast.permanent_session_lifetime = timedelta(seconds=-1)

    assert visit(fast, "/read", cookie)[2] == b"[]"


def test_without_a_secret_a_session_can_be_read_and_not_written() -> None:
    app = warm_up(make(build))
    app.secret_key = None
    app.testing = True

    assert visit(app, "/read")[2] == b"[]"
    with pytest.raises(RuntimeError, match="no secret"):
        visit(app, "/write")


def test_all_settings_of_the_cookie_are_in_its_line() -> None:
    config = {
        "SESSION_COOKIE_NAME": "sid",
        "SESSION_COOKIE_DOMAIN": "example.org",
        "SESSION_COOKIE_PATH": "/app",
        "SESSION_COOKIE_SECURE": True,
        "SESSION_COOKIE_HTTPONLY": False,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PARTITIONED": True,
    }
    replies = []
    for app in pair():
        app.config.update(config)
        replies.append(visit(app, "/write"))

    assert without_value(replies[0]) == without_value(replies[1])
    assert parse_cookie(cookie_of(replies[1]) or "")["sid"]


def test_a_cookie_that_is_too_large_warns() -> None:
    for app in pair():
        app.config["MAX_COOKIE_SIZE"] = 20
        with pytest.warns(UserWarning, match="too large"):
            visit(app, "/write")


def test_an_unused_session_is_never_opened() -> None:
    opened: list[str] = []

    class Watched(SecureCookieSessionInterface):
        lazy = True

        def open_session(self, app: Any, request: Any) -> Any:
            opened.append(request.path)
            return super().open_session(app, request)

    app = make(build, Fast)
    app.session_interface = Watched()

    visit(app, "/unused")
    assert opened == []
    visit(app, "/read")
    assert opened == ["/read"]


PIECES = st.sampled_from([b"a", b'{"user":', b"abcabc", b"\x00", b"0123456789abcdef"])


@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=60).map(b"".join)))
@example(b"")
@example(b"a" * 256)
@example(b"a" * 257)
def test_short_texts_are_compressed_to_the_bytes_of_zlib(text: bytes) -> None:
    assert compress(text) == zlib.compress(text)


def test_a_long_text_is_compressed_too() -> None:
    text = b"abc" * 5000

    assert zlib.decompress(compress(text)) == text


def test_a_permanent_session_is_refreshed_though_the_app_changes_the_header() -> None:
    def build(app: Any) -> None:
        @app.route("/")
        def change() -> dict[str, int]:
            request.environ["HTTP_COOKIE"] = "session=changed"
            return {}

        @app.route("/keep")
        def keep() -> str:
            session.permanent = True
            return "kept"

    for base in (Flask, Fast):
        app = make(build, base)
        cookie = dict(call_app(app, create_environ("/keep"))[1])["Set-Cookie"]
        for _ in range(2):
            environ = create_environ("/", headers={"Cookie": cookie.partition(";")[0]})
            assert "Set-Cookie" in dict(call_app(app, environ)[1]), base
