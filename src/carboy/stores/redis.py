"""A store in Redis: fast, shared by machines; one server, Sentinel or Cluster."""

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import Any

from redis.exceptions import NoScriptError
from typing_extensions import override

from carboy.errors import UnavailableError

from .base import Change, Store, expiry_time, not_a_count_error
from .redis_connection import TIMEOUT, Command, connect

# After this many lost races for one key something else is wrong.
MAX_ATTEMPTS = 200


class RefusedByRedisError(UnavailableError):
    """Raised when Redis answers, but refuses: it is full, or does not permit."""


class Script:
    """Lua that Redis runs with nobody in between."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.digest = hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()


# Counting and setting the time in two commands could leave a count without an end.
_INCR = Script("""
local new = redis.call('EXISTS', KEYS[1]) == 0
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
if new and ARGV[2] ~= '' then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return count
""")

# ARGV: 1 or 0 for "something was seen", what was seen, 1 or 0 for "keep", what, ttl.
_COMPARE_AND_SET = Script("""
local there = redis.call('GET', KEYS[1])
if (ARGV[1] == '1') ~= (there ~= false) then return 0 end
if there and there ~= ARGV[2] then return 0 end
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
    """Keys of one Redis database.

    Give a URL (`redis://`, `rediss://`, `unix://`, `redis+sentinel://a,b/service/0`,
    `redis+cluster://a,b`) or a client of redis-py. No command waits longer than
    `timeout` seconds; after one that did, calls fail at once until Redis is back.
    """

    def __init__(self, source: Any, *, timeout: float = TIMEOUT) -> None:
        self._connection = connect(source, timeout=timeout)

    @override
    def get(self, key: str) -> bytes | None:
        value: bytes | None = self._execute("GET", key)
        return value

    @override
    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        wanted = list(keys)
        replies = (
            self._connection.send(*(("GET", key) for key in wanted)) if wanted else []
        )
        found = zip(wanted, map(_check_reply, replies), strict=True)
        return {key: value for key, value in found if value is not None}

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
            return int(self._run_script(_INCR, key, by, _milliseconds(ttl)))
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
        self, key: str, seen: bytes | None, change: Change, ttl: float | None
    ) -> bytes | None:
        end = _milliseconds(ttl)
        for _ in range(MAX_ATTEMPTS):
            value = change(seen)
            if seen is None and value is None:
                return None
            seen_there, keep = int(seen is not None), int(value is not None)
            swap = (seen_there, seen or b"", keep, value or b"", end)
            if self._run_script(_COMPARE_AND_SET, key, *swap):
                return value
            seen = self.get(key)
        raise UnavailableError(
            f"The key {key!r} was changed by others {MAX_ATTEMPTS} times while it was to be "
            f"changed here. Spread what it holds over several keys."
        )

    @override
    def expires_in(self, key: str) -> int:
        left = int(self._execute("PTTL", key))
        # Redis says -2 for a key that is gone, and -1 for one that stays.
        return 0 if left == -2 else -1 if left < 0 else math.ceil(left / 1000)

    @override
    def clear(self, prefix: str = "") -> None:
        for key in self._connection.scan(_pattern(prefix)):
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
    end = _milliseconds(ttl)
    return ("SET", key, value) if end == "" else ("SET", key, value, "PX", end)


def _milliseconds(ttl: float | None) -> int | str:
    if ttl is None:
        return ""
    return max(1, math.ceil(expiry_time(ttl, 0) * 1000))


def _check_reply(reply: Any) -> Any:
    if isinstance(reply, NoScriptError):
        raise reply
    if isinstance(reply, Exception):
        raise RefusedByRedisError(
            f"Redis refused a command of the store: {reply}. Look at its memory, its "
            f"disk, and at what the site's user may do there."
        )
    return reply


def _pattern(prefix: str) -> str:
    for special in "\\*?[]":
        prefix = prefix.replace(special, f"\\{special}")
    return f"{prefix}*"
