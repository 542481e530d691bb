"""Connections to Redis; one is reused only after its whole reply was read."""

import os
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from redis import Redis, RedisCluster, exceptions
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode
from redis.connection import ConnectionPool
from redis.retry import Retry
from redis.sentinel import Sentinel
from typing_extensions import override

from carboy.core import quote_credentials, redact_text, redact_url
from carboy.errors import SettingsError, UnavailableError

from .circuit_breaker import CircuitBreaker
from .redis_url import RedisUrl, parse_cluster_url, parse_sentinel_url

# redis-py waits for ever by default.
TIMEOUT = 0.5
# How many keys one SCAN command examines.
SCAN_COUNT = 500
Command = tuple[Any, ...]

# Errors of a server that does not answer; others mean that it refuses a command.
CONNECTION_ERRORS = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.BusyLoadingError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,
    exceptions.RedisClusterException,
    exceptions.ClusterError,
    OSError,
)


class RedisConnection(Protocol):
    """Sends commands to the server that is responsible for them."""

    def send(self, *commands: Command) -> list[Any]:
        """Return the replies in order; an error reply is returned, not raised."""
        ...

    def scan(self, pattern: bytes) -> list[bytes]:
        """List the keys that match, which may change meanwhile."""
        ...

    def close(self) -> None:
        """Close connections."""
        ...


class PooledConnection(RedisConnection):
    """One server, or the master that Sentinel names.

    Connections are pooled here rather than by redis-py, because one whose command
    was abandoned before its reply was read must never be used again: the next command
    would read that reply (CVE-2023-28858).
    """

    def __init__(self, make_connection: Callable[[], Any]) -> None:
        self._make = make_connection
        self._free: deque[Any] = deque()
        self._pid = os.getpid()

    @override
    def send(self, *commands: Command) -> list[Any]:
        connection = self._acquire()
        try:
            packed = connection.pack_commands(commands)
            connection.send_packed_command(packed)
            replies = [_read_reply(connection) for _ in commands]
        except BaseException:
            # Also for exceptions that are raised into a thread from outside.
            connection.disconnect()
            raise
        self._free.append(connection)
        return replies

    @override
    def scan(self, pattern: bytes) -> list[bytes]:
        matches: list[bytes] = []
        cursor: Any = b"0"
        while True:
            command = ("SCAN", cursor, "MATCH", pattern, "COUNT", SCAN_COUNT)
            (reply,) = self.send(command)
            if isinstance(reply, Exception):
                raise reply
            cursor, keys = reply
            matches += keys
            if cursor == b"0":
                return matches

    @override
    def close(self) -> None:
        while self._free:
            self._free.pop().disconnect()

    def _acquire(self) -> Any:
        if self._pid != os.getpid():
            # Sockets of the parent process: drop them without writing to them.
            self._free, self._pid = deque(), os.getpid()
        while self._free:
            try:
                connection = self._free.pop()
            except IndexError:
                break
            if _is_idle(connection):
                return connection
            connection.disconnect()
        connection = self._make()
        # Explicit, as a Sentinel connection asks for the master only then.
        connection.connect()
        return connection


class ClusterConnection(RedisConnection):
    """Many servers; redis-py knows which one has a key."""

    def __init__(self, client: RedisCluster) -> None:
        self._client = client

    @override
    def send(self, *commands: Command) -> list[Any]:
        return [self._send(command) for command in commands]

    @override
    def scan(self, pattern: bytes) -> list[bytes]:
        return list(self._client.scan_iter(match=pattern, count=SCAN_COUNT))

    @override
    def close(self) -> None:
        self._client.close()

    def _send(self, command: Command) -> Any:
        try:
            return self._client.execute_command(*command)  # type: ignore[no-untyped-call]  # redis-py has no types here
        except CONNECTION_ERRORS:
            raise
        except exceptions.ResponseError as error:
            return error


class LazyClusterConnection(RedisConnection):
    """A cluster whose nodes are looked up by the first command, not at the start."""

    def __init__(self, make: Callable[[], RedisCluster]) -> None:
        self._make = make
        self._connection: ClusterConnection | None = None

    @override
    def send(self, *commands: Command) -> list[Any]:
        return self._get().send(*commands)

    @override
    def scan(self, pattern: bytes) -> list[bytes]:
        return self._get().scan(pattern)

    @override
    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _get(self) -> ClusterConnection:
        connection = self._connection
        if connection is None:
            connection = self._connection = ClusterConnection(self._make())
        return connection


class BreakerConnection(RedisConnection):
    """A connection behind a circuit breaker; raises `UnavailableError` if it fails."""

    def __init__(self, connection: RedisConnection, address: str) -> None:
        self._connection = connection
        self._address = address
        self._breaker = CircuitBreaker(self._probe)

    @override
    def send(self, *commands: Command) -> list[Any]:
        self._breaker.check()
        try:
            replies = self._connection.send(*commands)
        except UnicodeEncodeError:
            return self.send(*map(_encode, commands))
        except CONNECTION_ERRORS as error:
            raise self._trip(error) from error
        for reply in replies:
            if isinstance(reply, CONNECTION_ERRORS):
                raise self._trip(reply) from reply
        return replies

    @override
    def scan(self, pattern: bytes) -> list[bytes]:
        self._breaker.check()
        try:
            return self._connection.scan(pattern)
        except CONNECTION_ERRORS as error:
            raise self._trip(error) from error

    @override
    def close(self) -> None:
        self._breaker.close()
        self._connection.close()

    def _probe(self) -> None:
        for reply in self._connection.send(("PING",)):
            if isinstance(reply, Exception):
                raise reply

    def _trip(self, error: Exception) -> UnavailableError:
        # Pooled connections lead to a dead server, or to one that is no longer master.
        self._connection.close()
        reason = str(error).rstrip(".")
        return self._breaker.trip(
            f"Redis at {self._address} does not answer: {reason}. It is probed in the "
            f"background and used again as soon as it answers."
        )


def connect(source: Any, *, timeout: float = TIMEOUT) -> BreakerConnection:
    """Return the connection for a URL or for a redis-py client."""
    if isinstance(source, RedisCluster):
        return BreakerConnection(ClusterConnection(source), "the cluster")
    if isinstance(source, Redis):
        return _connect_client(source, timeout)
    if not isinstance(source, str):
        raise SettingsError(
            f"{redact_text(repr(source))} is neither a URL nor a redis-py client. Use "
            f"a URL such as redis://localhost:6379/0, or redis.Redis(...)."
        )
    scheme = urlsplit(source).scheme
    if scheme.endswith("+sentinel"):
        connection: RedisConnection = _connect_sentinel(source, timeout)
    elif scheme.endswith("+cluster"):
        connection = _connect_cluster(source, timeout)
    else:
        connection = _connect_url(source, timeout)
    return BreakerConnection(connection, redact_url(source))


def _connect_url(url: str, timeout: float) -> RedisConnection:
    pool = ConnectionPool.from_url(quote_credentials(url))
    options = _options(timeout)
    for name in ("socket_timeout", "socket_connect_timeout"):
        options[name] = pool.connection_kwargs.get(name, timeout)
    return _pool(pool, options)


def _connect_client(client: Redis, timeout: float) -> BreakerConnection:
    pool = client.connection_pool
    options = pool.connection_kwargs
    address = (
        f"{options.get('host', options.get('path', '?'))}:{options.get('port', '')}"
    )
    return BreakerConnection(_pool(pool, _options(timeout)), address)


def _connect_sentinel(url: str, timeout: float) -> RedisConnection:
    parsed = parse_sentinel_url(url)
    options = _options(timeout) | ({"ssl": True} if parsed.has_tls else {})
    sentinel = Sentinel(  # type: ignore[no-untyped-call]  # redis-py has no types here
        list(parsed.hosts),
        sentinel_kwargs=options | parsed.options,
        db=parsed.database,
        **options,
        **_credentials(parsed),
    )
    client = sentinel.master_for(parsed.service)  # type: ignore[no-untyped-call]  # as above
    return _pool(client.connection_pool, {})


def _connect_cluster(url: str, timeout: float) -> RedisConnection:
    parsed = parse_cluster_url(url)
    nodes = [
        ClusterNode(host, port)  # type: ignore[no-untyped-call]  # as above
        for host, port in parsed.hosts
    ]
    options = _options(timeout) | _credentials(parsed)
    if parsed.has_tls:
        options["ssl"] = True
    return LazyClusterConnection(lambda: RedisCluster(startup_nodes=nodes, **options))


def _pool(pool: Any, options: dict[str, Any]) -> PooledConnection:
    """Make connections as `pool` would, but with our options for time and encoding."""
    # Passed on as None, some options of a client are an error.
    present = {k: v for k, v in pool.connection_kwargs.items() if v is not None}
    merged = {k: v for k, v in present.items() if "maint" not in k} | options
    # The pool is not asked itself, as it counts and limits all that it ever made.
    return PooledConnection(lambda: pool.connection_class(**merged))


def _options(timeout: float) -> dict[str, Any]:
    return {
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
        "decode_responses": False,
        "encoding": "utf-8",
        "health_check_interval": 0,
    }


def _credentials(url: RedisUrl) -> dict[str, str]:
    credentials = {"username": url.username, "password": url.password}
    return {key: value for key, value in credentials.items() if value}


def _encode(command: Command) -> Command:
    """Encode strings with lone surrogates, which redis-py refuses, as bytes."""
    return tuple(
        part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        for part in command
    )


def _is_idle(connection: Any) -> bool:
    """Return whether a pooled connection is open, with nothing left to read."""
    try:
        return not connection.can_read()
    except CONNECTION_ERRORS:
        return False


def _read_reply(connection: Any) -> Any:
    try:
        # Not closed for an error reply: that is a reply like any other.
        return connection.read_response(disconnect_on_error=False)
    except exceptions.ConnectionError:
        raise
    except exceptions.ResponseError as error:
        return error
