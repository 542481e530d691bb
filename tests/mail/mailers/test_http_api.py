"""The answer of a provider decides whether a mail may be sent again."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from carboy.mail.mail_url import parse_mail_url
from carboy.mail.mailers import Envelope, open_mailer
from tests.mail.smtp_server import find_free_port

MAIL = Envelope("m1", "s@b.co", ("a@b.co",), b"x")


class Provider(BaseHTTPRequestHandler):
    answer = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        assert json.loads(body)["to"] == ["a@b.co"]
        assert self.headers["Authorization"] == "Bearer key"
        if self.answer:
            self.send_response(self.answer)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        pass


@pytest.fixture
def provider() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.mark.parametrize(
    ("answer", "state"),
    [(202, "sent"), (400, "permanent"), (429, "temporary"), (500, "undecided"),
     (0, "undecided")],
)  # fmt: skip
def test_each_answer_has_one_outcome(
    provider: HTTPServer, monkeypatch: pytest.MonkeyPatch, answer: int, state: str
):
    monkeypatch.setattr(Provider, "answer", answer)
    url = f"http://x:key@127.0.0.1:{provider.server_port}/send?timeout=2"

    assert open_mailer(parse_mail_url(url)).send(MAIL, lambda: None).state == state


def test_a_provider_that_is_not_there_has_no_mail():
    url = f"http://x:key@127.0.0.1:{find_free_port()}/"

    assert open_mailer(parse_mail_url(url)).send(MAIL, print).state == "temporary"
