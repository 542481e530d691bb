"""`@cache.cached`: the page of a view, or the result of a function, under one key."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app
from flask.wrappers import Response

from carboy.engine import RawResponse
from carboy.stores import DecodeError
from carboy.translation import get_language, hook

from .argument_keys import key_name_of, name_of, source_digest
from .cached_response import (
    CachedResponse,
    decode_page,
    encode_page,
    make_not_modified,
    matches_etag,
    to_raw_response,
    to_response,
)
from .callbacks import (
    Timeout,
    call_function,
    call_predicate,
    seconds_of,
    tags_of,
)
from .decorator_options import PageOptions
from .entry import NO_META, PAGE, CacheEntry, EntryMeta
from .get_or_compute import (
    Computation,
    Result,
    encode_value,
    get_or_compute,
    log_once,
    recompute,
)
from .hot_pages import CACHED_METHODS, HotPage, HotPages
from .page_keys import (
    base_key,
    path_of_view,
    query_key,
    variation_key,
    variations_of,
)
from .service import CacheService, Encoded, StoreOptions
from .shareability import (
    Audience,
    ReadTracker,
    audience_of,
    current_request_context,
    record_header_reads,
    why_not_cacheable,
    why_tuple_not_cacheable,
)
from .view_role import ViewRole, role_of


class CachedFunction:
    """A function that is decorated with `@cached`."""

    def __init__(
        self,
        function: Callable[..., Any],
        options: PageOptions,
        service: Callable[[], CacheService],
    ) -> None:
        self.function = function
        self.options = options
        self.service = service
        self.hot_pages = HotPages(with_query=options.query_string)
        self.wrapper: Any = None

    def call(self, args: Any, kwargs: Any) -> Any:
        """Return the page or the result, from the cache or computed now."""
        if call_predicate(self.options.unless, self.function, *args, **kwargs):
            return call_function(self.function, args, kwargs)
        context = current_request_context()
        role = role_of(context, self.wrapper)
        is_view = self.is_view(context, role)
        if is_view and context.request.method not in CACHED_METHODS:
            return call_function(self.function, args, kwargs)
        user_key = "" if context is None else _user_key(context.app)
        audience = audience_of(
            context, self.options.per_user, user_key=user_key, is_view=is_view
        )
        if audience is None:
            return call_function(self.function, args, kwargs)
        key = self.key(context, role, args, kwargs, audience)
        return CachedCall(self, context, role, audience, (args, kwargs)).evaluate(key)

    def is_view(self, context: Any, role: ViewRole) -> bool:
        """Return whether the rules of views apply to a call.

        A decorator without functools.wraps hides the view below it. A key made of the
        path shows that the function may be one.
        """
        has_path_key = context is not None and self.options.has_path_key
        return has_path_key or role is not ViewRole.FUNCTION

    def key(
        self, context: Any, role: ViewRole, args: Any, kwargs: Any, audience: Audience
    ) -> str:
        """Return the key of this call in the current request."""
        options = self.options
        if options.make_cache_key is not None:
            key = str(options.make_cache_key(*args, **kwargs))
        else:
            path = None if context is None else context.request.path
            is_function = role is ViewRole.FUNCTION
            suffix = f"#{key_name_of(self.function)}" if is_function else ""
            key = base_key(options.key_prefix, path, suffix)
            if options.query_string and context is not None:
                key += query_key(context.request.args)
        parts = list(audience.key_parts)
        if options.vary_on and context is not None:
            record_header_reads(context, options.varies)
            parts += variations_of(options.vary_on, context.request)
        return key + variation_key(parts) + self._source_key()

    def key_of_other_request(
        self, path: str | None, query: Any, args: Any, values: dict[str, Any]
    ) -> str:
        """Return the key that a request for another path or query has."""
        options = self.options
        prefix = options.key_prefix
        if options.make_cache_key is not None:
            return str(options.make_cache_key(*args, **values))
        if path is None and not callable(prefix) and "%s" in prefix:
            names = self.function.__code__.co_varnames
            view_args = dict(zip(names, args, strict=False)) | values
            app: Any = current_app
            path = path_of_view(app, self.wrapper, view_args)
        key = base_key(prefix, path)
        if options.query_string:
            key += query_key(query or ())
        return key + self._source_key()

    def _source_key(self) -> str:
        is_checked = self.options.source_check
        if is_checked is None:
            is_checked = self.service().source_check
        return f"#{source_digest(self.function)}" if is_checked else ""


class CachedCall:
    """One call of a decorated function."""

    def __init__(
        self,
        cached: CachedFunction,
        context: Any,
        role: ViewRole,
        audience: Audience,
        arguments: tuple[Any, Any],
    ) -> None:
        self.cached = cached
        self.options = cached.options
        self.context = context
        self.role = role
        self.audience = audience
        self.args, self.kwargs = arguments
        self.is_view = is_view = cached.is_view(context, role)
        self.service = cached.service()
        # A view may return another body for HEAD, which is not the page.
        self.is_head = is_view and context.request.method == "HEAD"
        self.origin = "\n".join(_origin_of(context.request) if is_view else _language())

    def evaluate(self, key: str) -> Any:
        """Return what the cache holds under the key, or compute it."""
        key, primary_token, entry = self._locate(key)
        tags = tags_of(self.options.tags, self.args, self.kwargs)

        def decode(entry: CacheEntry) -> Any:
            try:
                return self._decode(key, entry)
            except DecodeError as error:
                self.service.discard_damaged(key, error)
                return self._recompute(computation)

        def find() -> CacheEntry | None:
            entry = self.service.find_fresh(key)
            is_valid = entry is not None and self._is_valid(entry, primary_token)
            return entry if is_valid else None

        computation = Computation(
            service=self.service,
            key=key,
            compute=lambda: self._compute(tags, primary_token),
            decode=decode,
            tags=tags,
            find=find,
            flight_key=f"{key}\n{self.origin}",
        )
        if call_predicate(self.options.forced_update, *self.args, **self.kwargs):
            return self._recompute(computation)
        if entry is None or not self.service.is_fresh(entry):
            if self.is_head:
                return self._recompute(computation)
            return get_or_compute(computation, entry)
        value = decode(entry)
        if call_predicate(self.options.is_stale, value, *self.args, **self.kwargs):
            return self._recompute(computation)
        return self._with_hit_header(value)

    def _recompute(self, computation: Computation) -> Any:
        if self.is_head:
            return call_function(self.cached.function, self.args, self.kwargs)
        return recompute(computation)

    def _locate(self, key: str) -> tuple[str, bytes, CacheEntry | None]:
        """Return the key for this origin, the token it needs there, and the entry.

        The first origin has the key itself, further ones have a key of their own. It
        is valid only together with the first, so deleting that deletes them all.
        """
        entry = self.service.get(key)
        if entry is None or entry.meta.origin in {"", self.origin}:
            return key, b"", entry
        key += f"@{self.origin}"
        primary_token, entry = entry.meta.token, self.service.get(key)
        is_valid = entry is not None and self._is_valid(entry, primary_token)
        return key, primary_token, entry if is_valid else None

    def _is_valid(self, entry: CacheEntry, primary_token: bytes) -> bool:
        meta = entry.meta
        is_for_origin = meta.origin in {"", self.origin}
        return is_for_origin and meta.primary_token == primary_token

    def _decode(self, key: str, entry: CacheEntry) -> Any:
        raw = decode_page(entry)
        if raw is None:
            return entry.unpack()
        if self.context is None or self.role is not ViewRole.VIEW:
            return to_response(current_app, raw)
        app, request = self.context.app, self.context.request
        # An entry beside the primary one is valid only as long as that one exists.
        is_primary = not entry.meta.primary_token
        if self.options.is_simple and self.service.is_local and is_primary:
            self._add_hot_page(key, entry, raw)
        if matches_etag(request.headers.get("If-None-Match"), raw[1]):
            return make_not_modified(app, raw[1])
        return to_response(app, raw)

    def _add_hot_page(self, key: str, entry: CacheEntry, raw: RawResponse) -> None:
        service, request = self.service, self.context.request
        app = self.context.app
        if app.response_class is not Response:
            return
        stale = service.stale if self.options.stale is None else self.options.stale
        page = HotPage(
            app=app,
            key=service.prefix + key,
            data=entry.data,
            fetch=service.fetch,
            are_current=service.are_current,
            tags=entry.meta.tags,
            fresh_until=entry.fresh_until if stale else None,
            clock=service.clock,
            origin=_origin_of(request),
            raw=raw,
            is_unconditional=not (stale or entry.meta.tags),
        )
        query = request.query_string.decode("latin-1")
        self.cached.hot_pages.add(request.path, query, page)

    def _compute(
        self, tags: tuple[str, ...], primary_token: bytes
    ) -> tuple[Result, StoreOptions]:
        returned, tracker = self._call_tracked()
        value = returned
        timeout: Timeout = self.cached.wrapper.cache_timeout
        if isinstance(value, CachedResponse):
            timeout = value.timeout
        store_options = StoreOptions(seconds_of(timeout), self.options.stale, tags)
        if self.role is ViewRole.VIEW:
            value = self.context.app.make_response(value)
        reason = self._why_not_cacheable(value, tracker)
        if reason is not None:
            subject = f"The result of {name_of(self.cached.function)}()"
            log_once(self.service, subject, reason)
        accepts = self.options.response_filter
        is_empty = value is None and not self.options.cache_none
        if reason or is_empty or (accepts and not accepts(returned)):
            return (value, None), store_options
        return self._to_entry(value, primary_token), store_options

    def _call_tracked(self) -> tuple[Any, ReadTracker]:
        tracker = ReadTracker(self.context)
        try:
            value = call_function(self.cached.function, self.args, self.kwargs)
        finally:
            tracker.stop()
        return value, tracker

    def _why_not_cacheable(self, value: Any, tracker: ReadTracker) -> str | None:
        is_personal = self.audience.is_personal
        reason = tracker.why_not_shareable(
            is_personal=is_personal, in_key=self.options.reads_in_key
        )
        if reason is not None:
            return reason
        if isinstance(value, Response):
            return why_not_cacheable(
                value, is_personal=is_personal, varies=self.options.varies
            )
        if self.is_view and isinstance(value, tuple):
            return why_tuple_not_cacheable(
                value, is_personal=is_personal, varies=self.options.varies
            )
        return None

    def _to_entry(self, value: Any, primary_token: bytes) -> Result:
        meta = NO_META
        if self.origin:
            meta = EntryMeta(
                origin=self.origin,
                token=secrets.token_bytes(8),
                primary_token=primary_token,
            )
        if not isinstance(value, Response):
            encoded = encode_value(self.cached.function, value)
            return value, Encoded(encoded.kind, encoded.payload, meta)
        self._set_proxy_headers(value)
        raw = to_raw_response(value)
        encoded = Encoded(PAGE, encode_page(raw), meta)
        if self.role is ViewRole.VIEW:
            if_none_match = self.context.request.headers.get("If-None-Match")
            if matches_etag(if_none_match, raw[1]):
                value = make_not_modified(self.context.app, raw[1])
        return value, encoded

    def _set_proxy_headers(self, response: Response) -> None:
        """Set the headers from which proxies learn what this page depends on."""
        names = [item for item in self.options.vary_on if isinstance(item, str)]
        if names:
            response.vary.update(names)
        if self.audience.is_personal and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private"

    def _with_hit_header(self, value: Any) -> Any:
        if self.options.response_hit_indication and isinstance(value, Response):
            value.headers["hit_cache"] = "True"
        return value


def make_cached(cached: CachedFunction) -> Callable[..., Any]:
    """Make the function that replaces a function decorated with `@cached`."""
    get_hot_page = cached.hot_pages.get if cached.options.is_simple else None

    @wraps(cached.function)
    def view(*args: Any, **kwargs: Any) -> Any:
        if get_hot_page is not None:
            response = get_hot_page()
            if response is not None:
                return response
        return cached.call(args, kwargs)

    def make_cache_key(
        *args: Any, path: str | None = None, query_args: Any = None, **values: Any
    ) -> str:
        return cached.key_of_other_request(path, query_args, args, values)

    wrapper: Any = view
    wrapper.uncached = cached.function
    wrapper.cache_timeout = cached.options.timeout
    wrapper.make_cache_key = make_cache_key
    cached.wrapper = wrapper
    return view


def _language() -> tuple[str, ...]:
    """Return the language of the texts of a function, if there are several."""
    return () if hook.find is None else (get_language(),)


def _user_key(app: Any) -> str:
    return str(app.config.get("SESSION_USER_KEY") or "_user_id")


def _origin_of(request: Any) -> tuple[str, ...]:
    """Return where links in a page of this request lead: scheme, host, mount point.

    With the language of the page, where a site has several.
    """
    origin = request.scheme, request.headers.get("Host", ""), request.root_path
    return origin if hook.find is None else (*origin, get_language())
