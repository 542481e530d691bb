"""`@cache.cached`: a view's page, or what a function gave, under one key."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import current_app
from flask.wrappers import Response

from carboy.stores import DecodeError

from .argument_keys import name_of, source_digest
from .cached_response import (
    CachedResponse,
    give,
    is_known_to,
    not_modified,
    pack_page,
    plain_of,
    read_page,
)
from .compute import (
    Job,
    Result,
    Timeout,
    ask,
    call,
    obtain,
    pack_value,
    renew,
    seconds_of,
    tags_of,
    tell,
)
from .entry import NO_MARK, PAGE, Entry, Mark
from .hot_pages import READING, Hits, ReadyPage
from .page_keys import (
    base_key,
    path_of_view,
    query_key,
    variation_key,
    variations_of,
)
from .page_options import PageTerms
from .service import CacheService, Made, Terms
from .shareability import Watch, current_visit, response_objection
from .view_role import Role, find_role
from .visitors import Visitor, visitor_of


class Cached:
    """One function that `@cached` was put on."""

    def __init__(
        self,
        function: Callable[..., Any],
        terms: PageTerms,
        service: Callable[[], CacheService],
    ) -> None:
        self.function = function
        self.terms = terms
        self.service = service
        self.hits = Hits(with_query=terms.query_string)
        self.face: Any = None

    def run(self, args: Any, kwargs: Any) -> Any:
        """Give the page or the value: kept, made by another, or made here."""
        if ask(self.terms.unless, self.function, *args, **kwargs):
            return call(self.function, args, kwargs)
        context = current_visit()
        role = find_role(context, self.face)
        is_view = role is not Role.VALUE
        if is_view and context.request.method not in READING:
            return call(self.function, args, kwargs)
        user_key = "" if context is None else _user_key(context.app)
        visitor = visitor_of(
            context, self.terms.per_user, user_key=user_key, is_view=is_view
        )
        if visitor is None:
            return call(self.function, args, kwargs)
        key = self.key(context, role, args, kwargs, visitor)
        return Making(self, context, role, visitor, (args, kwargs)).answer(key)

    def key(
        self, context: Any, role: Role, args: Any, kwargs: Any, visitor: Visitor
    ) -> str:
        """Give the key of what is asked for now."""
        terms = self.terms
        if terms.make_cache_key is not None:
            key = str(terms.make_cache_key(*args, **kwargs))
        else:
            path = None if context is None else context.request.path
            own = f"#{name_of(self.function)}" if role is Role.VALUE else ""
            key = base_key(terms.key_prefix, path, own)
            if terms.query_string and context is not None:
                key += query_key(context.request.args)
        parts = list(visitor.parts)
        if terms.vary_on and context is not None:
            parts += variations_of(terms.vary_on, context.request)
        return key + variation_key(parts) + self._source()

    def key_elsewhere(
        self, path: str | None, query: Any, args: Any, values: dict[str, Any]
    ) -> str:
        """Give the key of what another request would ask for."""
        terms = self.terms
        if terms.make_cache_key is not None:
            return str(terms.make_cache_key(*args, **values))
        if path is None and not callable(terms.key_prefix) and "%s" in terms.key_prefix:
            names = self.function.__code__.co_varnames
            given = dict(zip(names, args, strict=False)) | values
            app: Any = current_app
            path = path_of_view(app, self.face, given)
        key = base_key(terms.key_prefix, path)
        if terms.query_string:
            key += query_key(query or ())
        return key + self._source()

    def _source(self) -> str:
        is_checked = self.terms.source_check
        if is_checked is None:
            is_checked = self.service().source_check
        return f"/{source_digest(self.function)}" if is_checked else ""


class Making:
    """What one call of a decorated function comes to."""

    def __init__(
        self,
        cached: Cached,
        context: Any,
        role: Role,
        visitor: Visitor,
        call_: tuple[Any, Any],
    ) -> None:
        self.cached = cached
        self.terms = cached.terms
        self.context = context
        self.role = role
        self.visitor = visitor
        self.args, self.kwargs = call_
        self.service = cached.service()
        self.place = "" if role is Role.VALUE else "\n".join(_place_of(context.request))

    def answer(self, key: str) -> Any:
        """Give what is under the key, or make it."""
        key, beside, entry = self._locate(key)
        tags = tags_of(self.terms.tags, self.args, self.kwargs)

        def read(entry: Entry) -> Any:
            try:
                return self._read(key, entry)
            except DecodeError as error:
                self.service.throw_away(key, error)
                return renew(job)

        def find() -> Entry | None:
            entry = self.service.find_fresh(key)
            return entry if entry is not None and self._fits(entry, beside) else None

        job = Job(
            service=self.service,
            key=key,
            run=lambda: self._make(tags, beside),
            read=read,
            tags=tags,
            find=find,
            flight=f"{key}\n{self.place}",
        )
        if ask(self.terms.forced_update, *self.args, **self.kwargs):
            return renew(job)
        if entry is None or not self.service.is_fresh(entry):
            return obtain(job, entry)
        value = read(entry)
        if ask(self.terms.is_stale, value, *self.args, **self.kwargs):
            return renew(job)
        return self._with_hint(value)

    def _locate(self, key: str) -> tuple[str, bytes, Entry | None]:
        """Find the key for this host; that of a further host stands beside the first.

        It is worth nothing without the first, so that who deletes a page by its key
        deletes it for all hosts.
        """
        entry = self.service.get(key)
        if entry is None or entry.mark.place in {"", self.place}:
            return key, b"", entry
        key += f"@{self.place}"
        beside, entry = entry.mark.token, self.service.get(key)
        fits = entry is not None and self._fits(entry, beside)
        return key, beside, entry if fits else None

    def _fits(self, entry: Entry, beside: bytes) -> bool:
        mark = entry.mark
        return mark.place in {"", self.place} and mark.beside == beside

    def _read(self, key: str, entry: Entry) -> Any:
        plain = read_page(entry)
        if plain is None:
            return entry.unpack()
        if self.context is None or self.role is not Role.PAGE:
            return give(current_app, plain)
        app, request = self.context.app, self.context.request
        if self.terms.is_simple and self.service.is_local:
            self._make_ready(key, entry, plain)
        if is_known_to(request.headers.get("If-None-Match"), plain[1]):
            return not_modified(app, plain[1])
        return give(app, plain)

    def _make_ready(self, key: str, entry: Entry, plain: Any) -> None:
        service, request = self.service, self.context.request
        app = self.context.app
        if app.response_class is not Response:
            return
        stale = service.stale if self.terms.stale is None else self.terms.stale
        page = ReadyPage(
            app=app,
            key=service.prefix + key,
            data=entry.data,
            find=service.find,
            holds=service.holds,
            tags=entry.mark.tags,
            fresh_until=entry.fresh_until if stale else None,
            clock=service.clock,
            place=_place_of(request),
            plain=plain,
            is_plain=not (stale or entry.mark.tags),
        )
        query = request.query_string.decode("latin-1")
        self.cached.hits.keep(request.path, query, page)

    def _make(self, tags: tuple[str, ...], beside: bytes) -> tuple[Result, Terms]:
        value, watch = self._call()
        given = value
        timeout: Timeout = self.cached.face.cache_timeout
        if isinstance(value, CachedResponse):
            timeout = value.timeout
        terms = Terms(seconds_of(timeout), self.terms.stale, tags)
        if self.role is Role.PAGE:
            value = self.context.app.make_response(value)
        objection = self._objection(value, watch)
        if objection is not None:
            what = f"What {name_of(self.cached.function)}() gives"
            tell(self.service, what, objection)
        accepts = self.terms.response_filter
        is_empty = value is None and not self.terms.cache_none
        if objection or is_empty or (accepts and not accepts(given)):
            return (value, None), terms
        return self._packed(value, beside), terms

    def _call(self) -> tuple[Any, Watch]:
        watch = Watch(self.context)
        try:
            return call(self.cached.function, self.args, self.kwargs), watch
        finally:
            watch.end()

    def _objection(self, value: Any, watch: Watch) -> str | None:
        has_own_key = self.terms.has_own_key or self.terms.query_string
        is_personal = self.visitor.is_personal
        found = watch.objection(is_personal=is_personal, has_own_key=has_own_key)
        if found is not None:
            return found
        if isinstance(value, Response):
            return response_objection(
                value, is_personal=is_personal, varies=self.terms.varies
            )
        if self.role is Role.PART and isinstance(value, tuple):
            statuses = [part for part in value[1:] if isinstance(part, int)]
            if statuses and statuses[0] != 200:
                return f"its status is {statuses[0]}"
        return None

    def _packed(self, value: Any, beside: bytes) -> Result:
        mark = NO_MARK
        if self.place:
            mark = Mark(place=self.place, token=secrets.token_bytes(8), beside=beside)
        if not isinstance(value, Response):
            made = pack_value(self.cached.function, value)
            return value, Made(made.kind, made.payload, mark)
        self._mark_for_proxies(value)
        plain = plain_of(value)
        made = Made(PAGE, pack_page(plain), mark)
        if self.role is Role.PAGE:
            visitor = self.context.request.headers.get("If-None-Match")
            if is_known_to(visitor, plain[1]):
                value = not_modified(self.context.app, plain[1])
        return value, made

    def _mark_for_proxies(self, response: Response) -> None:
        """Tell caches on the way what this page depends on."""
        names = [item for item in self.terms.vary_on if isinstance(item, str)]
        if names:
            response.vary.update(names)
        if self.visitor.is_personal and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private"

    def _with_hint(self, value: Any) -> Any:
        if self.terms.response_hit_indication and isinstance(value, Response):
            value.headers["hit_cache"] = "True"
        return value


def cached(made: Cached, timeout: Timeout) -> Callable[..., Any]:
    """Make the function that asks the cache first."""
    find = made.hits.find if made.terms.is_simple else None

    @wraps(made.function)
    def view(*args: Any, **kwargs: Any) -> Any:
        if find is not None:
            ready = find()
            if ready is not None:
                return ready
        return made.run(args, kwargs)

    def make_cache_key(
        *args: Any, path: str | None = None, query_args: Any = None, **values: Any
    ) -> str:
        return made.key_elsewhere(path, query_args, args, values)

    face: Any = view
    face.uncached = made.function
    face.cache_timeout = timeout
    face.make_cache_key = make_cache_key
    made.face = face
    return view


def _user_key(app: Any) -> str:
    return str(app.config.get("SESSION_USER_KEY") or "_user_id")


def _place_of(request: Any) -> tuple[str, str, str]:
    """Tell where links in a page of this request lead: scheme, host, mount point."""
    return request.scheme, request.headers.get("Host", ""), request.root_path
