"""How commands reach Redis: a connection is shared again only after its whole reply."""

import os
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from redis import Redis, RedisCluster, exceptions
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode
from redis.connection import ConnectionPool
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelConnectionPool
from typing_extensions import override

from carboy.errors import SettingsError, UnavailableError

from .circuit_breaker import CircuitBreaker

# redis-py waits for ever by default.
TIMEOUT = 0.5
# How many keys one look through the server asks for.
SCAN = 500
Command = tuple[Any, ...]

# What says that the server is away, rather than that it refuses a command.
CONNECTION_ERRORS = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.BusyLoadingError,
    exceptions.ReadOnlyError,
    exceptions.ClusterDownError,
    OSError,
)


class RedisConnection(Protocol):
    """Sends commands to where they belong."""

    def send(self, *commands: Command) -> list[Any]:
        """Give the replies in order; an error reply is given, not raised."""
        ...

    def scan(self, pattern: str) -> list[bytes]:
        """List the keys that match, which may change meanwhile."""
        ...

    def close(self) -> None:
        """Close connections."""
        ...


class PooledConnection(RedisConnection):
    """One server, or the master that Sentinel names.

    Connections are kept here rather than in redis-py's pool, because one whose
    command was abandoned before its reply was read must never be used again: the
    next command would get that reply (CVE-2023-28858).
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
            replies = [_reply(connection) for _ in commands]
        except BaseException:
            # Also for what is raised into a thread from outside.
            connection.disconnect()
            raise
        self._free.append(connection)
        return replies

    @override
    def scan(self, pattern: str) -> list[bytes]:
        found: list[bytes] = []
        cursor: Any = b"0"
        while True:
            (reply,) = self.send(("SCAN", cursor, "MATCH", pattern, "COUNT", SCAN))
            if isinstance(reply, Exception):
                raise reply
            cursor, keys = reply
            found += keys
            if cursor == b"0":
                return found

    @override
    def close(self) -> None:
        while self._free:
            self._free.pop().disconnect()

    def _acquire(self) -> Any:
        if self._pid != os.getpid():
            # Sockets of the parent: let them go without a word on them.
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
        # Said here, because only so does one of Sentinel ask who the master is.
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
    def scan(self, pattern: str) -> list[bytes]:
        return list(self._client.scan_iter(match=pattern, count=SCAN))

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


class BreakerConnection(RedisConnection):
    """A link behind a circuit breaker; raises `UnavailableError` when it is away."""

    def __init__(self, connection: RedisConnection, shown: str) -> None:
        self._connection = connection
        self._shown = shown
        self._breaker = CircuitBreaker(self._probe)

    @override
    def send(self, *commands: Command) -> list[Any]:
        self._breaker.check()
        try:
            replies = self._connection.send(*commands)
        except CONNECTION_ERRORS as error:
            raise self._away(error) from error
        for reply in replies:
            if isinstance(reply, CONNECTION_ERRORS):
                raise self._away(reply) from reply
        return replies

    @override
    def scan(self, pattern: str) -> list[bytes]:
        self._breaker.check()
        try:
            return self._connection.scan(pattern)
        except CONNECTION_ERRORS as error:
            raise self._away(error) from error

    @override
    def close(self) -> None:
        self._breaker.close()
        self._connection.close()

    def _probe(self) -> None:
        for reply in self._connection.send(("PING",)):
            if isinstance(reply, Exception):
                raise reply

    def _away(self, error: Exception) -> UnavailableError:
        # What is kept leads to where nobody is, or to a server that lost its office.
        self._connection.close()
        said = str(error).rstrip(".")
        return self._breaker.trip(
            f"Redis at {self._shown} does not answer: {said}. It is asked again in the "
            f"background and used as soon as it does."
        )


def connect(source: Any, *, timeout: float = TIMEOUT) -> BreakerConnection:
    """Make the link for a URL or for a client of redis-py."""
    if isinstance(source, RedisCluster):
        return BreakerConnection(ClusterConnection(source), "the cluster")
    if isinstance(source, Redis):
        return _connect_pool(source.connection_pool, timeout)
    if not isinstance(source, str):
        raise SettingsError(
            f"{source!r} is neither a URL nor a client of redis-py. Give a URL such as "
            f"redis://localhost:6379/0, or redis.Redis(...)."
        )
    scheme = urlsplit(source).scheme
    if scheme.endswith("+sentinel"):
        return _connect_sentinel(source, timeout)
    if scheme.endswith("+cluster"):
        return _connect_cluster(source, timeout)
    pool = ConnectionPool.from_url(source, **_connection_options(timeout))
    return BreakerConnection(PooledConnection(_connection_factory(pool)), show_url(source))


def show_url(url: str) -> str:
    """Write where a URL leads, without its password."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path}"


def _connect_pool(pool: Any, timeout: float) -> BreakerConnection:
    kept = pool.connection_kwargs
    shown = f"{kept.get('host', kept.get('path', '?'))}:{kept.get('port', '')}"
    if isinstance(pool, SentinelConnectionPool):
        return BreakerConnection(PooledConnection(_connection_factory(pool)), shown)
    given = {key: value for key, value in kept.items() if value is not None}
    own = ConnectionPool(
        connection_class=pool.connection_class, **(_connection_options(timeout) | _client_options(given))
    )
    return BreakerConnection(PooledConnection(_connection_factory(own)), shown)


def _client_options(given: dict[str, Any]) -> dict[str, Any]:
    """Take where and as whom from a client; how it waits and decodes is ours."""
    ours = _connection_options(TIMEOUT)
    return {k: v for k, v in given.items() if k not in ours and "maint" not in k}


def _connect_sentinel(url: str, timeout: float) -> BreakerConnection:
    parts = urlsplit(url)
    service, _, number = parts.path.strip("/").partition("/")
    if not service:
        raise SettingsError(
            f"{show_url(url)!r} does not name the service that Sentinel watches. "
            f"Write it as the path: redis+sentinel://host:26379,host2:26379/mymaster/0."
        )
    options = _connection_options(timeout) | _user_of(parts.netloc)
    sentinel = Sentinel(  # type: ignore[no-untyped-call]  # redis-py has no types here
        _hosts(parts.netloc, 26379),
        sentinel_kwargs=_connection_options(timeout) | dict(parse_qsl(parts.query)),
        db=int(number or 0),
        **options,
    )
    client = sentinel.master_for(service)  # type: ignore[no-untyped-call]  # as above
    return BreakerConnection(PooledConnection(_connection_factory(client.connection_pool)), show_url(url))


def _connect_cluster(url: str, timeout: float) -> BreakerConnection:
    parts = urlsplit(url)
    nodes = [
        ClusterNode(host, port)  # type: ignore[no-untyped-call]  # as above
        for host, port in _hosts(parts.netloc, 6379)
    ]
    options = _connection_options(timeout) | _user_of(parts.netloc)
    connection = LazyClusterConnection(lambda: RedisCluster(startup_nodes=nodes, **options))
    return BreakerConnection(connection, show_url(url))


class LazyClusterConnection(RedisConnection):
    """A cluster that is asked for its nodes at the first command, not at the start."""

    def __init__(self, make: Callable[[], RedisCluster]) -> None:
        self._make = make
        self._connection: ClusterConnection | None = None

    def send(self, *commands: Command) -> list[Any]:
        return self._get().send(*commands)

    def scan(self, pattern: str) -> list[bytes]:
        return self._get().scan(pattern)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _get(self) -> ClusterConnection:
        connection = self._connection
        if connection is None:
            connection = self._connection = ClusterConnection(self._make())
        return connection


def _connection_factory(pool: Any) -> Callable[[], Any]:
    """Make connections as `pool` would, which counts all that it ever made."""
    return lambda: pool.connection_class(**pool.connection_kwargs)


def _connection_options(timeout: float) -> dict[str, Any]:
    return {
        "socket_timeout": timeout,
        "socket_connect_timeout": timeout,
        "retry": Retry(NoBackoff(), 0),
        "protocol": 2,
        "decode_responses": False,
        "health_check_interval": 0,
    }


def _user_of(netloc: str) -> dict[str, str]:
    user, found, _ = netloc.rpartition("@")
    if not found:
        return {}
    name, _, password = user.partition(":")
    given = {"username": unquote(name), "password": unquote(password)}
    return {key: value for key, value in given.items() if value}


def _hosts(netloc: str, port: int) -> list[tuple[str, int]]:
    places = netloc.rpartition("@")[2].split(",")
    return [_host(place, port) for place in places]


def _host(place: str, port: int) -> tuple[str, int]:
    host, _, written = place.rpartition(":")
    return (host, int(written)) if host else (place, port)


def _is_idle(connection: Any) -> bool:
    """Whether a kept connection is open and nothing waits on it to be read."""
    try:
        return not connection.can_read()
    except CONNECTION_ERRORS:
        return False


def _reply(connection: Any) -> Any:
    try:
        # Not closed for an error reply: that is an answer like any other.
        return connection.read_response(disconnect_on_error=False)
    except exceptions.ConnectionError:
        raise
    except exceptions.ResponseError as error:
        return error
