"""`Cache`: the object that a site's code calls `cache`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, TypeVar, Unpack

from flask import Flask, current_app, has_app_context
from typing_extensions import override

from carboy.core import Extension, Wiring
from carboy.engine import make_lazy_response
from carboy.errors import ConfigError
from carboy.stores import Clock, DecodeError

from . import commands
from .cached import Cached, cached
from .cached_response import read_page
from .checks import find_mistakes
from .compute import Timeout, seconds_of
from .entry import Entry
from .make_service import cache_state, make_service
from .memoize import Memo, MemoOptions, MemoTerms, memoize
from .page_options import PageOptions, PageTerms
from .service import CacheService
from .settings import CacheSettings

FRAGMENTS = f"{__package__}.fragments.FragmentExtension"
F = TypeVar("F", bound=Callable[..., Any])


class Cache(Extension):
    """Keeps pages, results and values for a while, in memory or in a store."""

    name: ClassVar[str] = "cache"

    def __init__(
        self,
        app: Flask | None = None,
        with_jinja2_ext: bool = True,  # noqa: FBT001, FBT002 - Flask-Caching's order
        config: Mapping[str, Any] | None = None,
        *,
        clock: Clock | None = None,
    ) -> None:
        self.config = _checked(config)
        self.with_jinja2_ext = with_jinja2_ext
        self.app: Flask | None = None
        self._clock = clock
        super().__init__(app)

    @override
    def init_app(self, app: Flask, config: Mapping[str, Any] | None = None) -> None:
        """Install this on `app`; `config` goes before what the app's own says."""
        app.config.update(self.config | _checked(config))
        super().init_app(app)

    @override
    def install(self, wiring: Wiring) -> None:
        """Open the store that the settings ask for."""
        app = wiring.app
        settings = wiring.settings(CacheSettings)
        service = make_service(settings, app, self._clock or time.time)
        cache_state.set(app, service)
        self.app = app
        if self.with_jinja2_ext:
            wiring.template_extension(FRAGMENTS)
        wiring.table(settings.table)
        wiring.check(find_mistakes)
        wiring.command(commands.cache)
        wiring.gauge("away", lambda: float(service.store.is_away))
        wiring.shell(cache=self)

    @property
    def cache(self) -> CacheService:
        """What keeps the values of the app at work."""
        app = current_app if has_app_context() else self.app
        if app is None:
            raise ConfigError(
                "The cache is used without an app at work. Hand it over with "
                "app.use(cache), and use it in a request, or in "
                "`with app.app_context():`."
            )
        return cache_state.of(app)

    # Values

    def get(self, key: str) -> Any:
        """Give the value under `key`, or None."""
        service = self.cache
        return _value_of(service, key, service.get(key))

    def has(self, key: str) -> bool:
        """Tell whether something is under `key`."""
        return self.cache.get(key) is not None

    def set(
        self,
        key: str,
        value: object,
        timeout: Timeout = None,
        *,
        tags: Iterable[str] = (),
    ) -> bool:
        """Keep `value` for `timeout` seconds; 0 is until it is deleted.

        False says that the cache is away.
        """
        return self.cache.set(key, value, seconds_of(timeout), tags=tags)

    def add(self, key: str, value: object, timeout: Timeout = None) -> bool:
        """Keep `value` if nothing is under `key`, and tell whether it was so."""
        return self.cache.add(key, value, seconds_of(timeout))

    def delete(self, key: str) -> bool:
        """Take away what is under `key`, and tell whether something was."""
        return self.cache.delete(key)

    def get_many(self, *keys: str) -> list[Any]:
        """Give the values in the order of `keys`; None for what is not there."""
        found = self.get_dict(*keys)
        return [found[key] for key in keys]

    def get_dict(self, *keys: str) -> dict[str, Any]:
        """Give the values by key; None for what is not there."""
        service = self.cache
        found = service.get_many(keys)
        return {key: _value_of(service, key, found.get(key)) for key in keys}

    def set_many(
        self, mapping: Mapping[str, object], timeout: Timeout = None
    ) -> list[str]:
        """Keep several values, and list the keys that were kept."""
        is_kept = self.cache.set_many(mapping, seconds_of(timeout))
        return list(mapping) if is_kept else []

    def delete_many(self, *keys: str) -> list[str]:
        """Take several values away, and list the keys that were there."""
        service = self.cache
        found = service.get_many(keys)
        service.delete_many(keys)
        return [key for key in keys if key in found]

    def unlink(self, *keys: str) -> list[str]:
        """Take several values away, and list the keys that were there."""
        return self.delete_many(*keys)

    def clear(self) -> bool:
        """Take away everything that this cache has kept."""
        return self.cache.clear()

    # Pages and results

    def cached(
        self,
        timeout: Timeout = None,
        key_prefix: str | Callable[[], str] = "view/%s",
        unless: Callable[..., Any] | None = None,
        **options: Unpack[PageOptions],
    ) -> Callable[[F], F]:
        """Keep what a view answers, or what a function gives, under one key.

        Only what is the same for everybody is kept: not what reads the session or
        cookies, sets a cookie, carries a nonce, or has another status than 200.
        """
        terms = PageTerms(key_prefix=key_prefix, unless=unless, **options)

        def wrap(function: F) -> Any:
            return cached(Cached(function, terms, lambda: self.cache), timeout)

        return _typed(wrap)

    def memoize(
        self,
        timeout: Timeout = None,
        make_name: Callable[[str], str] | None = None,
        unless: Callable[..., Any] | None = None,
        **options: Unpack[MemoOptions],
    ) -> Callable[[F], F]:
        """Keep what a function gives, for each set of arguments."""
        terms = MemoTerms(make_name=make_name, unless=unless, **options)

        def wrap(function: F) -> Any:
            return memoize(Memo(function, terms, lambda: self.cache), timeout)

        return _typed(wrap)

    def delete_cached(
        self,
        function: Callable[..., Any],
        path: str | None = None,
        query_args: Any = None,
        **values: Any,
    ) -> bool:
        """Delete the page of a view, for a path or for the arguments of the view."""
        make_key: Callable[..., str] = _face(function, "make_cache_key", "cached")
        return self.delete(make_key(path=path, query_args=query_args, **values))

    def delete_memoized(
        self, function: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> None:
        """Forget what a function gave: for these arguments, or without any for all.

        Of a method of an object, `cache.delete_memoized(thing.method)`, what it gave
        for that object.
        """
        memo: Memo = _face(function, "carboy_memo", "memoize")
        owner = getattr(function, "__self__", None)
        if owner is not None and not (args and args[0] is owner):
            args = (owner, *args)
        has_only_owner = owner is not None or isinstance(owner, type)
        if len(args) > has_only_owner or kwargs:
            self.delete(memo.key(args, kwargs))
        elif owner is not None and memo.arguments.is_method:
            self.drop_tag(memo.instance_tag(args))
        else:
            self.drop_tag(memo.tag)

    def delete_memoized_verhash(self, function: Callable[..., Any], *_: Any) -> None:
        """Forget all that a function gave; the same as `delete_memoized(function)`."""
        self.drop_tag(_face(function, "carboy_memo", "memoize").tag)

    # Tags

    def drop_tag(self, *tags: str) -> bool:
        """Forget all that was kept under any of `tags`; False: the cache is away."""
        return self.cache.drop_tags(tags)


def _value_of(service: CacheService, key: str, entry: Entry | None) -> Any:
    """Give the value of an entry; None if it is not there, old, or damaged."""
    if entry is None or not service.is_fresh(entry):
        return None
    try:
        plain = read_page(entry)
        return entry.unpack() if plain is None else make_lazy_response(plain)
    except DecodeError as error:
        service.throw_away(key, error)
        return None


def _face(function: Any, name: str, decorator: str) -> Any:
    found = getattr(function, name, None)
    if found is None:
        raise ConfigError(
            f"{function!r} was not decorated with @cache.{decorator}. Give the "
            f"decorated function itself, not its name."
        )
    return found


def _checked(config: Mapping[str, Any] | None) -> dict[str, Any]:
    if config is not None and not isinstance(config, Mapping):
        raise ConfigError(
            f"config={config!r} is not a mapping. Write the settings of the cache as "
            f"config={{'CACHE_TYPE': 'redis'}}."
        )
    return dict(config or {})


def _typed(wrap: Callable[[F], Any]) -> Callable[[F], F]:
    """Declare that what `wrap` gives is called as the function it is given."""

    def decorate(function: F) -> F:
        wrapped: F = wrap(function)
        return wrapped

    return decorate
