"""A mail server for tests, which fails in the way that a test asks for."""

import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STEPS = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "BODY", "END")
# What the server does at a step: an answer, "close", "silent" or "accept and close".
Script = Callable[[str, str], str | None]


class SmtpServer(socketserver.ThreadingTCPServer):
    """Keeps what it accepted; `script(step, argument)` returns another answer."""

    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.port = self.server_address[1]
        self.tls = tls
        self.script: Script = lambda step, argument: None
        self.accepted: list[tuple[tuple[str, ...], bytes]] = []
        self.connections = 0
        self.stopping = threading.Event()
        self._changed = threading.Condition()

    def accept(self, mail: tuple[tuple[str, ...], bytes]) -> None:
        """Keep a mail."""
        with self._changed:
            self.accepted.append(mail)
            self._changed.notify_all()

    def wait_for_mails(self, number: int) -> None:
        """Wait until so many mails were accepted."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.accepted) >= number, 20)

    def handle_error(self, request: object, client_address: object) -> None:
        """Ignore clients that go away."""


class _CloseError(Exception):
    pass


class _Handler(socketserver.StreamRequestHandler):
    server: SmtpServer

    def handle(self) -> None:
        self.server.connections += 1
        try:
            self._serve()
        except (_CloseError, OSError):
            return
        finally:
            if isinstance(self.connection, ssl.SSLSocket):
                self.rfile.close()
                self.connection.close()

    def _serve(self) -> None:
        self._answer("CONNECT", "", "220 test")
        recipients: list[str] = []
        while line := self.rfile.readline().decode("utf-8", "replace"):
            verb, _, argument = line.strip().partition(" ")
            verb = verb.upper()
            if verb in {"EHLO", "HELO"}:
                tls = self.server.tls and not isinstance(self.connection, ssl.SSLSocket)
                names = ["test", "SIZE 10000000", *(["STARTTLS"] if tls else [])]
                lines = [f"250-{name}" for name in names[:-1]]
                self._answer("EHLO", "", "\r\n".join([*lines, f"250 {names[-1]}"]))
            elif verb == "STARTTLS" and self.server.tls is not None:
                self._write("220 go")
                self._start_tls(self.server.tls)
            elif verb == "MAIL":
                recipients = []
                self._answer("MAIL", argument, "250 ok")
            elif verb == "RCPT":
                address = argument[argument.index("<") + 1 : argument.index(">")]
                if self._answer("RCPT", address, "250 ok").startswith("2"):
                    recipients.append(address)
            elif verb == "DATA":
                self._take(recipients)
            elif verb == "QUIT":
                self._write("221 bye")
                return
            else:
                self._write("250 ok" if verb in {"RSET", "NOOP"} else "502 what")

    def _take(self, recipients: list[str]) -> None:
        if not self._answer("DATA", "", "354 go").startswith("354"):
            return
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            if not lines:
                self.server.script("BODY", "")
            lines.append(line.removeprefix(b".") if line[:1] == b"." else line)
        if line == b"":
            raise _CloseError
        mail = (tuple(recipients), b"".join(lines))
        wish = self.server.script("END", "") or "250 queued"
        if wish.startswith(("accept", "2")):
            self.server.accept(mail)
        self._do(wish.removeprefix("accept and "))

    def _answer(self, step: str, argument: str, answer: str) -> str:
        wish = self.server.script(step, argument) or answer
        self._do(wish)
        return wish

    def _do(self, wish: str) -> None:
        if wish == "close":
            raise _CloseError
        if wish == "silent":
            self.server.stopping.wait(20)
            raise _CloseError
        self._write(wish)

    def _write(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")
        self.wfile.flush()

    def _start_tls(self, context: ssl.SSLContext) -> None:
        self.connection = context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb")


@contextmanager
def serve_smtp(tls: ssl.SSLContext | None = None) -> Iterator[SmtpServer]:
    """Run a server on a port of its own."""
    server = SmtpServer(tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join(5)


def find_free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
