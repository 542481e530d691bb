"""The page that browsers get while the site cannot start."""

import json
import socket
import threading
from collections.abc import Callable, Sequence
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pkgutil import resolve_name
from urllib.parse import urlsplit

import click

from carboy.script import is_loopback
from carboy.translation import gettext_noop

# Seconds for a client to send its request.
_TIMEOUT = 5.0
_TITLE = gettext_noop("The site did not start")
_ADVICE = gettext_noop(
    "Correct the code and save it: the site starts again, and this page shows it."
)
_NOT_HERE = gettext_noop("See the output of `carboy dev`.")
_PAGE = """<!doctype html>
<html lang="{language}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <noscript><meta http-equiv="refresh" content="2"></noscript>
  <title>{title}</title>
  <style>
    :root {{ color-scheme: light dark; }}
    body {{ margin: 0 auto; max-width: 60rem; padding: 3rem 1.25rem;
      font: 1rem/1.6 system-ui, sans-serif;
      color: light-dark(#16202a, #e9edf0); background: light-dark(#f7f8f9, #101316); }}
    h1 {{ font-size: 1.5rem; margin: 0 0 .25rem; }}
    p {{ margin: 0 0 1.5rem; color: light-dark(#52606d, #a0acb6); }}
    pre {{ overflow-x: auto; padding: 1rem 1.25rem; border-radius: .75rem;
      font: .875rem/1.6 ui-monospace, monospace; white-space: pre;
      border: 1px solid light-dark(#dfe3e8, #2d343b);
      background: light-dark(#fff, #181c20); }}
  </style>
</head>
<body>
  <main>
    <h1>{title}</h1>
    <p>{advice}</p>
    <pre tabindex="0">{text}</pre>
  </main>
  <script>
    // Another text is another mistake; another status is the site itself.
    let shown = null;
    setInterval(async () => {{
      try {{
        const headers = {{ Accept: "text/html" }};
        const answer = await fetch(location.href, {{ headers }});
        const text = await answer.text();
        const isOther = shown !== null && text !== shown;
        if (answer.status !== 503 || isOther) location.reload();
        shown = text;
      }} catch {{ /* The site starts. */ }}
    }}, 1000);
  </script>
</body>
</html>
"""


class FailurePage:
    """Answers on the socket of the site while its web process is not running.

    Otherwise browsers would wait, because `carboy dev` keeps the socket open.
    """

    def __init__(self) -> None:
        self._server: _Server | None = None

    def open(self, listener: socket.socket, lines: Sequence[str]) -> None:
        """Answer each request with the last lines of the process."""
        self.close()
        self._server = _Server(listener, click.unstyle("\n".join(lines)))
        threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        ).start()

    def close(self) -> None:
        """Leave the socket to the next web process."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class _Server(ThreadingHTTPServer):
    """Serves one text on a copy of a listening socket."""

    daemon_threads = True

    def __init__(self, listener: socket.socket, text: str) -> None:
        super().__init__(("", 0), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener.dup()
        # Another process may take the connection between select and accept.
        self.socket.settimeout(0)
        name = listener.getsockname()
        self.is_loopback = is_loopback(str(name[0]))
        self.text = text


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def setup(self) -> None:
        self.request.settimeout(_TIMEOUT)
        super().setup()

    def __getattr__(self, name: str) -> Callable[[], None]:
        # `do_GET` and all others.
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        """Answer with the page, or with a problem document."""
        # The lines show code: not to other machines, nor to pages of other sites
        # that use a name of theirs for this one.
        host = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
        is_local = self.server.is_loopback and is_loopback(host)
        text = self.server.text if is_local else ""
        if "text/html" in self.headers.get("Accept", ""):
            kind = "text/html; charset=utf-8"
            body = _render(text, self.headers.get("Accept-Language", ""))
        else:
            kind = "application/problem+json"
            problem = {"type": "about:blank", "title": _TITLE, "status": 503}
            body = json.dumps(problem | {"detail": text or _NOT_HERE})
        content = body.encode()
        self.send_response(HTTPStatus.SERVICE_UNAVAILABLE)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Log nothing: the reason is in the log already."""


def _render(text: str, accept_language: str) -> str:
    language, texts = "en", [_TITLE, _ADVICE, _NOT_HERE]
    if find_spec("babel") is not None:
        # There is no app whose languages could be used.
        translator = resolve_name("carboy.i18n:load_builtin")(accept_language)
        language = translator.language
        texts = [translator.find(each, None) for each in texts]
    title, advice, instead = (escape(each) for each in texts)
    lines = escape(text) or instead
    return _PAGE.format(language=language, title=title, advice=advice, text=lines)
