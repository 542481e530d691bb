"""`Cache`: the extension object that the code of a site calls `cache`."""

import time
from collections.abc import Callable, Iterable, Mapping
from pkgutil import resolve_name
from typing import Any, ClassVar, Protocol, TypeVar

from flask import Flask, current_app, has_app_context
from typing_extensions import override

from carboy.core import Extension, Wiring
from carboy.engine import make_lazy_response
from carboy.errors import ConfigError
from carboy.stores import Clock, DecodeError

from . import commands
from .cached import CachedFunction, make_cached
from .cached_response import decode_page
from .callbacks import Timeout, seconds_of
from .checks import check_settings
from .decorator_options import MemoizeOptions, PageOptions, accept_options
from .entry import CacheEntry
from .make_service import cache_state, make_service
from .memoize import MemoizedFunction, make_memoized
from .service import CacheService
from .settings import CacheSettings

FRAGMENTS = f"{__package__}.fragments.FragmentExtension"
F = TypeVar("F", bound=Callable[..., Any])


class Decorator(Protocol):
    """A decorator that keeps the signature of the function."""

    def __call__(self, function: F, /) -> F:
        """Decorate a function."""


class Cache(Extension):
    """The cache of a site: pages, results and values, in memory or in a store."""

    name: ClassVar[str] = "cache"

    def __init__(
        self,
        app: Flask | None = None,
        with_jinja2_ext: bool = True,  # noqa: FBT001, FBT002 - Flask-Caching's order
        config: Mapping[str, Any] | None = None,
        *,
        clock: Clock | None = None,
    ) -> None:
        self.config = _to_dict(config)
        self.with_jinja2_ext = with_jinja2_ext
        self.app: Flask | None = None
        self._clock = clock
        super().__init__(app)

    @override
    def init_app(self, app: Flask, config: Mapping[str, Any] | None = None) -> None:
        """Install this on `app`; `config` overrides the settings of the app."""
        app.config.update(self.config | _to_dict(config))
        super().init_app(app)

    @override
    def install(self, wiring: Wiring) -> None:
        """Register the service, the template tag, the checks and the commands."""
        app = wiring.app
        settings = wiring.settings(CacheSettings)
        service = make_service(settings, app, self._clock or time.time)
        cache_state.set(app, service)
        self.app = app
        if self.with_jinja2_ext:
            wiring.template_extension(FRAGMENTS)
        wiring.table(settings.table)
        wiring.check(check_settings)
        wiring.command(commands.cache)
        wiring.gauge("unavailable", lambda: float(service.store.is_unavailable))
        wiring.shell(cache=self)
        wiring.panel(lambda: resolve_name("carboy.cache.panel:make_panel")(service))

    @property
    def cache(self) -> CacheService:
        """The cache service of the current app."""
        app = current_app if has_app_context() else self.app
        if app is None:
            raise ConfigError(
                "The cache is used without an app. Install it with app.use(cache), and "
                "use it in a request, or inside `with app.app_context():`."
            )
        return cache_state.of(app)

    # Values

    def get(self, key: str) -> Any:
        """Return the value under `key`, or None."""
        service = self.cache
        return _value_of(service, key, service.get(key))

    def has(self, key: str) -> bool:
        """Return whether `key` exists."""
        return self.cache.get(key) is not None

    def set(
        self,
        key: str,
        value: object,
        timeout: Timeout = None,
        *,
        tags: Iterable[str] = (),
    ) -> bool:
        """Store `value` for `timeout` seconds; 0: until it is deleted.

        Return False if the cache is unavailable.
        """
        return self.cache.set(key, value, seconds_of(timeout), tags=tags)

    def add(self, key: str, value: object, timeout: Timeout = None) -> bool:
        """Store `value` unless `key` exists; return whether it was stored."""
        return self.cache.add(key, value, seconds_of(timeout))

    def delete(self, key: str) -> bool:
        """Delete `key`; return whether it existed."""
        return self.cache.delete(key)

    def get_many(self, *keys: str) -> list[Any]:
        """Return the values in the order of `keys`; None for a missing key."""
        values = self.get_dict(*keys)
        return [values[key] for key in keys]

    def get_dict(self, *keys: str) -> dict[str, Any]:
        """Return the values by key; None for a missing key."""
        service = self.cache
        entries = service.get_many(keys)
        return {key: _value_of(service, key, entries.get(key)) for key in keys}

    def set_many(
        self, mapping: Mapping[str, object], timeout: Timeout = None
    ) -> list[str]:
        """Store several values; return the keys that were stored."""
        is_stored = self.cache.set_many(mapping, seconds_of(timeout))
        return list(mapping) if is_stored else []

    def delete_many(self, *keys: str) -> list[str]:
        """Delete several keys; return those that existed."""
        service = self.cache
        entries = service.get_many(keys)
        service.delete_many(keys)
        return [key for key in keys if key in entries]

    def unlink(self, *keys: str) -> list[str]:
        """Delete several keys; return those that existed."""
        return self.delete_many(*keys)

    def clear(self) -> bool:
        """Delete everything that this cache has stored."""
        return self.cache.clear()

    # Pages and results

    @accept_options(PageOptions)
    def cached(self, options: PageOptions) -> Decorator:
        """Cache the page of a view, or the result of a function, under one key.

        Only what is the same for everybody is cached: not what reads the session or
        cookies, sets a cookie, contains a nonce, or has another status than 200.
        """

        def decorate(function: Any) -> Any:
            return make_cached(CachedFunction(function, options, lambda: self.cache))

        return decorate

    @accept_options(MemoizeOptions)
    def memoize(self, options: MemoizeOptions) -> Decorator:
        """Cache the results of a function, one for each set of arguments."""

        def decorate(function: Any) -> Any:
            return make_memoized(
                MemoizedFunction(function, options, lambda: self.cache)
            )

        return decorate

    def delete_cached(
        self,
        function: Callable[..., Any],
        path: str | None = None,
        query_args: Any = None,
        **values: Any,
    ) -> bool:
        """Delete the page of a view, for a path or for the arguments of the view."""
        make_key: Callable[..., str] = _attribute_of(
            function, "make_cache_key", "cached"
        )
        return self.delete(make_key(path=path, query_args=query_args, **values))

    def delete_memoized(
        self, function: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> None:
        """Delete the results of a function: for these arguments, or, without any, all.

        For a method of an object, `cache.delete_memoized(thing.method)`, delete the
        results of that object.
        """
        memoized: MemoizedFunction = _attribute_of(
            function, "carboy_memoized", "memoize"
        )
        owner = getattr(function, "__self__", None)
        if owner is not None and not (args and args[0] is owner):
            args = (owner, *args)
        if len(args) > (owner is not None) or kwargs:
            self.delete(memoized.key(args, kwargs))
        elif owner is not None and memoized.arguments.is_method:
            self.drop_tag(memoized.instance_tag(args))
        else:
            self.drop_tag(memoized.tag)

    def delete_memoized_verhash(self, function: Callable[..., Any], *_: Any) -> None:
        """Delete all results of a function, as `delete_memoized(function)` does."""
        self.drop_tag(_attribute_of(function, "carboy_memoized", "memoize").tag)

    # Tags

    def drop_tag(self, *tags: str) -> bool:
        """Invalidate everything under `tags`; return whether the cache is available."""
        return self.cache.drop_tags(tags)


def _value_of(service: CacheService, key: str, entry: CacheEntry | None) -> Any:
    """Return the value of an entry; None if it is missing, stale or damaged."""
    if entry is None or not service.is_fresh(entry):
        return None
    try:
        raw = decode_page(entry)
        return entry.unpack() if raw is None else make_lazy_response(raw)
    except DecodeError as error:
        service.discard_damaged(key, error)
        return None


def _attribute_of(function: Any, name: str, decorator: str) -> Any:
    value = getattr(function, name, None)
    if value is None:
        raise ConfigError(
            f"{function!r} is not decorated with @cache.{decorator}. Pass the "
            f"decorated function itself, not its name."
        )
    return value


def _to_dict(config: Mapping[str, Any] | None) -> dict[str, Any]:
    if config is not None and not isinstance(config, Mapping):
        raise ConfigError(
            f"config={config!r} is not a mapping. Write the cache settings as "
            f"config={{'CACHE_TYPE': 'redis'}}."
        )
    return dict(config or {})
