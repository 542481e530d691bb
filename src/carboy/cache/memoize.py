"""`@cache.memoize`: the results of a function, one for each set of arguments."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from carboy.stores import DecodeError

from .argument_keys import Arguments, key_name_of, name_of, source_digest
from .callbacks import (
    Timeout,
    call_function,
    call_predicate,
    seconds_of,
    tags_of,
)
from .decorator_options import MemoizeOptions
from .entry import CacheEntry
from .get_or_compute import (
    Computation,
    Result,
    decode_or_recompute,
    encode_value,
    get_or_compute,
    log_once,
    recompute,
)
from .service import CacheService, StoreOptions
from .shareability import ReadTracker, current_request_context


class MemoizedFunction:
    """A function that is decorated with `@memoize`."""

    def __init__(
        self,
        function: Callable[..., Any],
        options: MemoizeOptions,
        service: Callable[[], CacheService],
    ) -> None:
        self.function = function
        self.options = options
        self.service = service
        self.arguments = Arguments(function, options.args_to_ignore or ())
        self.name = (name_of if options.make_name else key_name_of)(function)
        self.tag = f"({self.name})"
        self._source: str | None = None
        self._has_one_tag = options.tags == () and not self.arguments.is_method

    def key(self, args: Any, kwargs: Any) -> str:
        """Return the key of one call."""
        make_name = self.options.make_name
        name = make_name(self.name) if make_name else self.name
        key = f"memo/{name}/{self.arguments.digest(args, kwargs)}"
        is_checked = self.options.source_check
        if is_checked if is_checked is not None else self.service().source_check:
            self._source = self._source or source_digest(self.function)
            key += f"/{self._source}"
        return key

    def tags(self, args: Any, kwargs: Any) -> tuple[str, ...]:
        """Return the tags of the result of one call."""
        tags = (self.tag, *tags_of(self.options.tags, args, kwargs))
        if self.arguments.is_method:
            tags = (*tags, self.instance_tag(args))
        return tags

    def instance_tag(self, args: Any) -> str:
        """Return the tag of all results of one object."""
        return f"{self.tag}{self.arguments.instance_digest(args)}"

    def call(self, args: Any, kwargs: Any, timeout: Timeout) -> Any:
        """Return the result of one call, from the cache or computed now."""
        options = self.options
        if call_predicate(options.unless, self.function, *args, **kwargs):
            return call_function(self.function, args, kwargs)
        service, key = self.service(), self.key(args, kwargs)
        entry = service.get(key, self.tag if self._has_one_tag else "")
        if options.has_predicates or entry is None or not service.is_fresh(entry):
            computation = self._computation(key, args, kwargs, timeout)
            return self._evaluate(computation, entry, args, kwargs)
        try:
            return entry.unpack()
        except DecodeError as error:
            service.discard_damaged(key, error)
            return recompute(self._computation(key, args, kwargs, timeout))

    def _evaluate(
        self, computation: Computation, entry: CacheEntry | None, args: Any, kwargs: Any
    ) -> Any:
        if call_predicate(self.options.forced_update, *args, **kwargs):
            return recompute(computation)
        if entry is None or not computation.service.is_fresh(entry):
            return get_or_compute(computation, entry)
        value = computation.decode(entry)
        is_stale = call_predicate(self.options.is_stale, value, *args, **kwargs)
        return recompute(computation) if is_stale else value

    def _computation(
        self, key: str, args: Any, kwargs: Any, timeout: Timeout
    ) -> Computation:
        tags = self.tags(args, kwargs)
        store_options = StoreOptions(seconds_of(timeout), self.options.stale, tags)

        def decode(entry: CacheEntry) -> Any:
            return decode_or_recompute(computation, entry)

        computation = Computation(
            service=self.service(),
            key=key,
            compute=lambda: (self._compute(args, kwargs), store_options),
            decode=decode,
            tags=tags,
        )
        return computation

    def _compute(self, args: Any, kwargs: Any) -> Result:
        tracker = ReadTracker(current_request_context())
        try:
            value = call_function(self.function, args, kwargs)
        finally:
            tracker.stop()
        options = self.options
        if value is None and not options.cache_none:
            return value, None
        if options.response_filter is not None and not options.response_filter(value):
            return value, None
        reason = tracker.why_not_shareable()
        if reason is not None:
            log_once(self.service(), f"The result of {self.name}()", reason)
            return value, None
        return value, encode_value(self.function, value)


def make_memoized(memoized: MemoizedFunction) -> Callable[..., Any]:
    """Make the function that replaces a function decorated with `@memoize`."""

    @wraps(memoized.function)
    def function(*args: Any, **kwargs: Any) -> Any:
        return memoized.call(args, kwargs, wrapper.cache_timeout)

    def make_cache_key(*args: Any, **kwargs: Any) -> str:
        # As in Flask-Caching, the first argument is the function.
        return memoized.key(args[1:], kwargs)

    wrapper: Any = function
    wrapper.uncached = memoized.function
    wrapper.cache_timeout = memoized.options.timeout
    wrapper.make_cache_key = make_cache_key
    wrapper.delete_memoized = lambda: memoized.service().drop_tags([memoized.tag])
    wrapper.carboy_memoized = memoized
    return function
