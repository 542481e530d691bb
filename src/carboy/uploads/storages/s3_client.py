"""Sends signed requests to one bucket, with limits of time and of retries."""

import hashlib
import os
import random
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection

from carboy.uploads.errors import StorageError

from .s3_address import S3Address
from .s3_signature import SignedTarget, Signer, encode_path, encode_query
from .s3_xml import S3AnswerError, parse_elements
from .storage import CHUNK

_ATTEMPTS = 4
_FIRST_PAUSE = 0.1
_MAX_PAUSE = 2.0
_MAX_IDLE = 8
_MAX_ANSWER = 8 * 1024 * 1024
_AGAIN = {408, 429, 500, 502, 503, 504}
# Errors that come with other statuses too, even with 200.
_AGAIN_CODES = {"InternalError", "SlowDown", "RequestTimeout", "ServiceUnavailable"}
_CHANCE = random.SystemRandom()

Pairs = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class S3Answer:
    """An answer that was read to its end."""

    status: int
    headers: dict[str, str]
    body: bytes = b""

    @property
    def code(self) -> str:
        """The code of an error, as S3 writes it; empty if there is none."""
        if b"<Error" not in self.body[:1000]:
            return ""
        try:
            errors = parse_elements(self.body, "Error")
        except S3AnswerError:
            return ""
        return errors[0].get("Code", "") if errors else ""

    def list(self, name: str) -> list[dict[str, str]]:
        """Return the elements of a name in the XML of the body."""
        try:
            return parse_elements(self.body, name)
        except S3AnswerError as error:
            raise StorageError(f"S3 gave an answer that is no XML: {error}") from error


class S3Client:
    """Requests to one bucket; any thread may use it, and a fork of the process.

    What S3 refuses for good comes back with its status; what it cannot answer, and a
    connection that breaks, is tried again a few times and raises `StorageError` then.
    """

    def __init__(
        self,
        address: S3Address,
        *,
        timeout: float = 30.0,
        clock: Callable[[], float] = time.time,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self.address = address
        self.signer = Signer(address.credentials, address.region)
        self._timeout = timeout
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._idle: list[HTTPConnection] = []
        self._process = os.getpid()
        self._tls = ssl.create_default_context() if address.is_tls else None

    def now(self) -> datetime:
        """Return the time that signatures carry."""
        return datetime.fromtimestamp(self._clock(), UTC)

    def request(
        self,
        method: str,
        key: str = "",
        query: Pairs | None = None,
        headers: Pairs | None = None,
        body: bytes = b"",
    ) -> S3Answer:
        """Send a request and return its answer."""
        request = _Request(method, key, query or {}, headers or {}, body)
        return self._repeat(lambda: self._exchange(request))

    def open(
        self, key: str, headers: Pairs | None = None
    ) -> tuple[S3Answer, "S3Chunks | None"]:
        """Send a GET; return the head of its answer, and the chunks of a file."""
        request = _Request("GET", key, {}, headers or {}, b"")
        chunks: list[S3Chunks] = []

        def start() -> S3Answer:
            connection, response = self._send(request)
            if response.status in {200, 206}:
                chunks.append(S3Chunks(self, connection, response))
                return S3Answer(response.status, _lower(response))
            return self._read(connection, response)

        answer = self._repeat(start)
        return answer, chunks[0] if chunks else None

    def keep(self, connection: HTTPConnection) -> None:
        """Keep a connection whose answer was read to its end."""
        with self._lock:
            if len(self._idle) < _MAX_IDLE:
                self._idle.append(connection)
                return
        connection.close()

    def close(self) -> None:
        """Close the idle connections; others are opened when they are needed."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def __del__(self) -> None:
        self.close()

    def _repeat(self, send: Callable[[], S3Answer]) -> S3Answer:
        """Call until there is an answer that another attempt would not change."""
        reason = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                longest = min(_FIRST_PAUSE * 2**attempt, _MAX_PAUSE)
                self._pause(_CHANCE.uniform(longest / 2, longest))
            try:
                answer = send()
            except (OSError, HTTPException) as error:
                # Not its text, which may hold addresses with signatures.
                reason = type(error).__name__
                continue
            code = answer.code
            if answer.status not in _AGAIN and code not in _AGAIN_CODES:
                if answer.status == HTTPStatus.FORBIDDEN:
                    _raise_refused(code)
                return answer
            reason = code or str(answer.status)
        raise StorageError(f"S3 did not answer {_ATTEMPTS} times: {reason}.")

    def _exchange(self, request: "_Request") -> S3Answer:
        return self._read(*self._send(request))

    def _send(self, request: "_Request") -> tuple[HTTPConnection, HTTPResponse]:
        target, headers = self._sign(request)
        connection = self._take()
        while True:
            is_fresh = connection is None
            connection = connection or self._connect()
            try:
                connection.request(request.method, target, request.body, headers)
                return connection, connection.getresponse()
            except (ConnectionError, HTTPException):
                connection.close()
                if is_fresh:
                    raise
                # The server closed it while it was idle.
                connection = None
            except BaseException:
                connection.close()
                raise

    def _sign(self, request: "_Request") -> tuple[str, dict[str, str]]:
        address = self.address
        path = encode_path(f"{address.root}/{request.key}")
        digest = hashlib.sha256(request.body).hexdigest()
        headers = self.signer.sign_request(
            SignedTarget(request.method, path, request.query),
            {**request.headers, "host": address.host},
            digest,
            self.now(),
        )
        query = encode_query(request.query)
        return f"{path}?{query}" if query else path, headers

    def _read(self, connection: HTTPConnection, response: HTTPResponse) -> S3Answer:
        try:
            # What is too large is cut off, and then no XML.
            data = response.read(_MAX_ANSWER)
        except BaseException:
            connection.close()
            raise
        if response.will_close or not response.isclosed():
            connection.close()
        else:
            self.keep(connection)
        return S3Answer(response.status, _lower(response), data)

    def _take(self) -> HTTPConnection | None:
        with self._lock:
            if self._process != os.getpid():
                # A fork shares the sockets of its parent, which goes on to use them.
                self._idle = []
                self._process = os.getpid()
            return self._idle.pop() if self._idle else None

    def _connect(self) -> HTTPConnection:
        host = self.address.host
        if self._tls is None:
            return HTTPConnection(host, timeout=self._timeout)
        return HTTPSConnection(host, timeout=self._timeout, context=self._tls)


class S3Chunks:
    """The chunks of a file; the connection is kept or closed at the end."""

    def __init__(
        self, client: S3Client, connection: HTTPConnection, response: HTTPResponse
    ) -> None:
        self._client = client
        self._connection: HTTPConnection | None = connection
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        """Return the next chunk; raise `OSError` if the connection broke."""
        connection = self._connection
        if connection is None:
            raise StopIteration
        try:
            data = self._response.read(CHUNK)
        except HTTPException as error:
            self.close()
            raise ConnectionError("The file broke off.") from error
        except BaseException:
            self.close()
            raise
        if data:
            return data
        if self._response.length:
            self.close()
            raise ConnectionError("The file broke off.")
        self._connection = None
        if self._response.will_close:
            connection.close()
        else:
            self._client.keep(connection)
        raise StopIteration

    def close(self) -> None:
        """Close the connection, which has more to read."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def __del__(self) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    # Below the bucket, with the prefix.
    key: str
    query: Pairs
    headers: Pairs
    body: bytes


def _raise_refused(code: str) -> None:
    hint = {
        "RequestTimeTooSkewed": "Set the clock of this machine.",
        "SignatureDoesNotMatch": "Check AWS_SECRET_ACCESS_KEY and the region.",
        "InvalidAccessKeyId": "Check AWS_ACCESS_KEY_ID.",
    }
    what = hint.get(code, "Check what the access key may do with the bucket.")
    raise StorageError(f"S3 refused a request ({code or 'Forbidden'}). {what}")


def _lower(response: HTTPResponse) -> dict[str, str]:
    return {name.lower(): value for name, value in response.getheaders()}
