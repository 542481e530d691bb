"""A store in Redis: fast, shared by machines; one server, Sentinel or Cluster."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import Any

from redis.exceptions import NoScriptError, ResponseError
from typing_extensions import override

from carboy.errors import UnavailableError

from .base import Change, Store, expiry_time, not_a_count_error
from .redis_connection import TIMEOUT, Command, connect

# A key that others change so often during one update is overloaded.
MAX_ATTEMPTS = 200


class RefusedByRedisError(UnavailableError):
    """Raised when Redis refuses a command: it is full, or does not permit it."""


class Script:
    """A Lua script, which Redis runs atomically."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()


# With two commands a failure in between could leave a count without expiry.
_INCREMENT = Script("""
local new = redis.call('EXISTS', KEYS[1]) == 0
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
if new and ARGV[2] ~= '' then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return count
""")

# ARGV: whether a value is expected (1 or 0), which; whether there is a new one, which;
# its milliseconds.
_COMPARE_AND_SET = Script("""
local current = redis.call('GET', KEYS[1])
if (ARGV[1] == '1') ~= (current ~= false) then return 0 end
if current and current ~= ARGV[2] then return 0 end
if ARGV[3] == '0' then
  redis.call('DEL', KEYS[1])
elseif ARGV[5] == '' then
  redis.call('SET', KEYS[1], ARGV[4])
else
  redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5])
end
return 1
""")


class RedisStore(Store):
    """The keys of one Redis database.

    `source` is a URL (`redis://`, `rediss://`, `unix://`,
    `redis+sentinel://a,b/service/0`, `redis+cluster://a,b`) or a redis-py client. No
    command waits longer than `timeout` seconds; after one that did, calls fail at once
    until Redis answers again.
    """

    def __init__(self, source: Any, *, timeout: float = TIMEOUT) -> None:
        self._connection = connect(source, timeout=timeout)

    @override
    def get(self, key: str) -> bytes | None:
        value: bytes | None = self._execute("GET", key)
        return value

    @override
    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        names = list(keys)
        commands = [("GET", name) for name in names]
        replies = self._connection.send(*commands) if commands else []
        items = zip(names, map(_check_reply, replies), strict=True)
        return {key: value for key, value in items if value is not None}

    @override
    def set(self, key: str, value: bytes, ttl: float | None = None) -> None:
        self._execute(*_set(key, value, ttl))

    @override
    def set_many(self, values: Mapping[str, bytes], ttl: float | None = None) -> None:
        if values:
            commands = [_set(key, value, ttl) for key, value in values.items()]
            for reply in self._connection.send(*commands):
                _check_reply(reply)

    @override
    def add(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        return self._execute(*_set(key, value, ttl), "NX") is not None

    @override
    def delete(self, key: str) -> bool:
        return bool(self._execute("DEL", key))

    @override
    def delete_many(self, keys: Iterable[str]) -> int:
        commands = [("DEL", key) for key in keys]
        replies = self._connection.send(*commands) if commands else []
        return sum(_check_reply(reply) for reply in replies)

    @override
    def incr(self, key: str, by: int = 1, ttl: float | None = None) -> int:
        try:
            return int(self._run_script(_INCREMENT, key, by, _milliseconds(ttl)))
        except RefusedByRedisError as error:
            if "not an integer" in str(error):
                raise not_a_count_error(key) from None
            raise

    @override
    def update(
        self, key: str, change: Change, ttl: float | None = None
    ) -> bytes | None:
        return self._update(key, self.get(key), change, ttl)

    @override
    def compare_and_update(
        self, key: str, seen: bytes, change: Change, ttl: float | None = None
    ) -> bytes | None:
        return self._update(key, seen, change, ttl)

    def _update(
        self, key: str, current: bytes | None, change: Change, ttl: float | None
    ) -> bytes | None:
        milliseconds = _milliseconds(ttl)
        for _ in range(MAX_ATTEMPTS):
            value = change(current)
            if current is None and value is None:
                return None
            expected = (int(current is not None), current or b"")
            new = (int(value is not None), value or b"", milliseconds)
            if self._run_script(_COMPARE_AND_SET, key, *expected, *new):
                return value
            current = self.get(key)
        raise UnavailableError(
            f"The key {key!r} was changed by others {MAX_ATTEMPTS} times during one "
            f"update. Distribute its value over several keys."
        )

    @override
    def expires_in(self, key: str) -> int:
        left = int(self._execute("PTTL", key))
        # Redis returns -2 for a missing key, and -1 for one without expiry.
        return 0 if left == -2 else -1 if left < 0 else math.ceil(left / 1000)

    @override
    def clear(self, prefix: str = "") -> None:
        try:
            keys = self._connection.scan(_pattern(prefix))
        except ResponseError as error:
            raise _refused(error) from error
        for key in keys:
            self._execute("UNLINK", key)

    @override
    def ping(self) -> None:
        self._execute("PING")

    @override
    def close(self) -> None:
        self._connection.close()

    def _execute(self, *command: Any) -> Any:
        (reply,) = self._connection.send(command)
        return _check_reply(reply)

    def _run_script(self, script: Script, key: str, *arguments: Any) -> Any:
        try:
            return self._execute("EVALSHA", script.digest, 1, key, *arguments)
        except NoScriptError:
            return self._execute("EVAL", script.source, 1, key, *arguments)


def _set(key: str, value: bytes, ttl: float | None) -> Command:
    milliseconds = _milliseconds(ttl)
    if milliseconds == "":
        return "SET", key, value
    return "SET", key, value, "PX", milliseconds


def _milliseconds(ttl: float | None) -> int | str:
    if ttl is None:
        return ""
    return max(1, math.ceil(expiry_time(ttl, 0) * 1000))


def _check_reply(reply: Any) -> Any:
    if isinstance(reply, NoScriptError):
        raise reply
    if isinstance(reply, Exception):
        raise _refused(reply)
    return reply


def _refused(error: Exception) -> RefusedByRedisError:
    return RefusedByRedisError(
        f"Redis refused a command of the store: {error}. Check its memory, its disk, "
        f"and the permissions of the site's user."
    )


def _pattern(prefix: str) -> bytes:
    for special in "\\*?[]":
        prefix = prefix.replace(special, f"\\{special}")
    return f"{prefix}*".encode("utf-8", "surrogatepass")
