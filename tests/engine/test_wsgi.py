"""Any WSGI app can be asked for an answer."""

from collections.abc import Iterator
from typing import Any

import pytest

from carboy.engine.wsgi import call_wsgi

OK: list[tuple[str, str]] = [("X", "1")]


def test_a_list_is_a_complete_body() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("201 CREATED", OK)
        return [b"a", b"b"]

    answer = call_wsgi(app, {})

    assert (answer.status, answer.status_line) == (201, "201 CREATED")
    assert (answer.headers, answer.body) == (OK, b"ab")


def test_an_app_may_start_when_its_body_is_read() -> None:
    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", OK)
        yield b"a"
        yield b"b"

    answer = call_wsgi(app, {})

    assert b"".join(answer.body) == b"ab"  # type: ignore[arg-type]  # a stream


def test_what_is_written_comes_first() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        write = start_response("200 OK", OK)
        write(b"first ")
        return [b"second"]

    assert call_wsgi(app, {}).body == b"first second"


def test_an_error_may_start_the_response_anew() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", OK)
        start_response("500 INTERNAL SERVER ERROR", OK, (None, None, None))
        return [b""]

    assert call_wsgi(app, {}).status == 500


def test_to_start_twice_is_an_error() -> None:
    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", OK)
        start_response("200 OK", OK)
        return []

    with pytest.raises(AssertionError, match="second time"):
        call_wsgi(app, {})


def test_never_to_start_is_an_error() -> None:
    with pytest.raises(AssertionError, match="never called"):
        call_wsgi(lambda environ, start_response: iter(()), {})


def test_the_body_is_closed_with_the_answer() -> None:
    closed: list[int] = []

    class Body:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"a"])

        def close(self) -> None:
            closed.append(1)

    def app(environ: Any, start_response: Any) -> Body:
        start_response("200 OK", OK)
        return Body()

    answer = call_wsgi(app, {})
    answer.close()

    assert closed == [1]


class ClosableBody:
    """A body that notes when it is closed."""

    def __init__(self, pieces: Any) -> None:
        self.pieces, self.closed = pieces, 0

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces())

    def close(self) -> None:
        self.closed += 1


def raise_at_once() -> Iterator[bytes]:
    raise RuntimeError("before start_response")


@pytest.mark.parametrize("pieces", [raise_at_once, list, lambda: [b"x"], lambda: 5])
def test_a_body_without_a_started_response_is_closed(pieces: Any) -> None:
    body = ClosableBody(pieces)

    with pytest.raises((RuntimeError, AssertionError, TypeError)):
        call_wsgi(lambda environ, start_response: body, {})

    assert body.closed == 1


def test_a_body_behind_a_wrong_status_is_closed() -> None:
    body = ClosableBody(list)

    def app(environ: Any, start_response: Any) -> ClosableBody:
        start_response("fine", OK)
        return body

    with pytest.raises(ValueError, match="fine"):
        call_wsgi(app, {})

    assert body.closed == 1


def test_a_list_of_wrong_pieces_is_closed() -> None:
    class ListBody(list[Any]):
        closed = False

        def close(self) -> None:
            self.closed = True

    body = ListBody(["text"])

    def app(environ: Any, start_response: Any) -> ListBody:
        start_response("200 OK", OK)
        return body

    with pytest.raises(TypeError):
        call_wsgi(app, {})

    assert body.closed
