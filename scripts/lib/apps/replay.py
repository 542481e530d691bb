"""Sends a script to a server as one visitor: cookies kept, tokens sent back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from .http_client import Answer, Connection, ConnectionEndedError
from .requests import ScriptedRequest

_FORGOTTEN = re.compile(r"max-age=0|expires=thu, 01.jan.1970", re.IGNORECASE)


@dataclass
class Visitor:
    """A browser without pages: a connection, cookies, and captured tokens."""

    port: int
    captures: Mapping[str, str]
    cookies: dict[str, str] = field(default_factory=dict)
    captured: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._connection = Connection(self.port)

    def send(self, request: ScriptedRequest) -> Answer:
        """Return the answer; an ended connection is an answer with the status 0."""
        payload = request.encode(self.cookies, self.captured)
        try:
            answer = self._connection.send(payload, request.method)
        except (ConnectionEndedError, OSError, ValueError) as error:
            self._connection.close()
            return Answer(0, f"{type(error).__name__}: {error}")
        if request.sends_cookies:
            self._keep_cookies(answer)
        self._capture(answer)
        return answer

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _keep_cookies(self, answer: Answer) -> None:
        for line in answer.list_values("set-cookie"):
            pair, _, attributes = line.partition(";")
            name, _, value = pair.partition("=")
            if not value or _FORGOTTEN.search(attributes):
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value

    def _capture(self, answer: Answer) -> None:
        if not self.captures:
            return
        text = answer.body.decode("utf-8", "replace")
        for name, pattern in self.captures.items():
            match = re.search(pattern, text)
            if match is not None:
                self.captured[name] = match[1]


def replay(
    script: list[ScriptedRequest], port: int, captures: Mapping[str, str]
) -> list[Answer]:
    """Return the answer to each request of a script."""
    visitor = Visitor(port, captures)
    try:
        return [visitor.send(request) for request in script]
    finally:
        visitor.close()
