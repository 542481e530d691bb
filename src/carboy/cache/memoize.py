"""`@cache.memoize`: what a function gave for these arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypedDict

from carboy.stores import DecodeError

from .argument_keys import Arguments, name_of, source_digest
from .compute import (
    Job,
    Result,
    Tags,
    Timeout,
    ask,
    call,
    obtain,
    pack_value,
    read_or_renew,
    renew,
    seconds_of,
    tags_of,
    tell,
)
from .entry import Entry
from .service import CacheService, Terms
from .shareability import Watch, current_visit


class MemoOptions(TypedDict, total=False):
    """What else `@memoize` may be told."""

    forced_update: Callable[..., Any] | None
    is_stale: Callable[..., Any] | None
    response_filter: Callable[[Any], Any] | None
    hash_method: Any
    cache_none: bool
    source_check: bool | None
    args_to_ignore: Iterable[str] | None
    tags: Tags
    stale: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class MemoTerms:
    """How the results of one function are kept."""

    unless: Callable[..., Any] | None = None
    make_name: Callable[[str], str] | None = None
    forced_update: Callable[..., Any] | None = None
    is_stale: Callable[..., Any] | None = None
    response_filter: Callable[[Any], Any] | None = None
    # Taken for the sake of old code: keys always have 128 bits of BLAKE2.
    hash_method: Any = None
    cache_none: bool = False
    source_check: bool | None = None
    args_to_ignore: Iterable[str] | None = None
    tags: Tags = ()
    stale: float | None = None

    @property
    def is_asked(self) -> bool:
        """Whether the site wants to be asked at each call."""
        return self.forced_update is not None or self.is_stale is not None


class Memo:
    """The results of one function."""

    def __init__(
        self,
        function: Callable[..., Any],
        terms: MemoTerms,
        service: Callable[[], CacheService],
    ) -> None:
        self.function = function
        self.terms = terms
        self.service = service
        self.arguments = Arguments(function, terms.args_to_ignore or ())
        self.name = name_of(function)
        self.tag = f"({self.name})"
        self._source: str | None = None
        self._has_one_tag = terms.tags == () and not self.arguments.is_method

    def key(self, args: Any, kwargs: Any) -> str:
        """Give the key of one call."""
        name = self.terms.make_name(self.name) if self.terms.make_name else self.name
        key = f"memo/{name}/{self.arguments.digest(args, kwargs)}"
        is_checked = self.terms.source_check
        if is_checked if is_checked is not None else self.service().source_check:
            self._source = self._source or source_digest(self.function)
            key += f"/{self._source}"
        return key

    def tags(self, args: Any, kwargs: Any) -> tuple[str, ...]:
        """Give what the result of one call is kept under."""
        tags = (self.tag, *tags_of(self.terms.tags, args, kwargs))
        if self.arguments.is_method:
            tags = (*tags, self.instance_tag(args))
        return tags

    def instance_tag(self, args: Any) -> str:
        """Give the tag of all results of one object."""
        return f"{self.tag}{self.arguments.instance_digest(args)}"

    def run(self, args: Any, kwargs: Any, timeout: Timeout) -> Any:
        """Give the result of one call: kept, made by another, or made here."""
        terms = self.terms
        if ask(terms.unless, self.function, *args, **kwargs):
            return call(self.function, args, kwargs)
        service, key = self.service(), self.key(args, kwargs)
        entry = service.get(key, self.tag if self._has_one_tag else "")
        if terms.is_asked or entry is None or not service.is_fresh(entry):
            return self._run_with_care(self._job(key, args, kwargs, timeout), entry)
        try:
            return entry.unpack()
        except DecodeError as error:
            service.throw_away(key, error)
            return renew(self._job(key, args, kwargs, timeout))

    def _run_with_care(self, job: Job, entry: Entry | None) -> Any:
        args, kwargs = job.call
        if ask(self.terms.forced_update, *args, **kwargs):
            return renew(job)
        if entry is None or not job.service.is_fresh(entry):
            return obtain(job, entry)
        value = job.read(entry)
        is_stale = ask(self.terms.is_stale, value, *args, **kwargs)
        return renew(job) if is_stale else value

    def _job(self, key: str, args: Any, kwargs: Any, timeout: Timeout) -> Job:
        tags = self.tags(args, kwargs)
        kept = Terms(seconds_of(timeout), self.terms.stale, tags)

        def read(entry: Entry) -> Any:
            return read_or_renew(job, entry)

        job = Job(
            service=self.service(),
            key=key,
            run=lambda: (self._make(args, kwargs), kept),
            read=read,
            tags=tags,
            call=(args, kwargs),
        )
        return job

    def _make(self, args: Any, kwargs: Any) -> Result:
        watch = Watch(current_visit())
        try:
            value = call(self.function, args, kwargs)
        finally:
            watch.end()
        terms = self.terms
        if value is None and not terms.cache_none:
            return value, None
        if terms.response_filter is not None and not terms.response_filter(value):
            return value, None
        objection = watch.objection(is_personal=False, has_own_key=False)
        if objection is not None:
            tell(self.service(), f"What {self.name}() gives", objection)
            return value, None
        return value, pack_value(self.function, value)


def memoize(memo: Memo, timeout: Timeout) -> Callable[..., Any]:
    """Make the function that asks the cache first."""

    @wraps(memo.function)
    def memoized(*args: Any, **kwargs: Any) -> Any:
        return memo.run(args, kwargs, face.cache_timeout)

    def make_cache_key(*args: Any, **kwargs: Any) -> str:
        # Flask-Caching's form: the function stands first.
        return memo.key(args[1:], kwargs)

    face: Any = memoized
    face.uncached = memo.function
    face.cache_timeout = timeout
    face.make_cache_key = make_cache_key
    face.delete_memoized = lambda: memo.service().drop_tags([memo.tag])
    face.carboy_memo = memo
    return memoized
