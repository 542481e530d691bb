"""Security headers on every answer, put together once at start."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, ClassVar, ParamSpec, TypeVar

import msgspec
from flask import Flask, Response

from carboy.core import (
    AppState,
    Check,
    ContextState,
    Extension,
    Section,
    Wiring,
    setting,
)

P = ParamSpec("P")
R = TypeVar("R")

POLICY: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'",),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "manifest-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "object-src": ("'none'",),
    "frame-ancestors": ("'none'",),
}
_WITH_NONCE = ("script-src", "style-src")
_PLACE = "{nonce}"
_UNUSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)


class HeaderSettings(Section, frozen=True, kw_only=True):
    """What the security headers can be told."""

    prefix: ClassVar[str] = "HEADERS"

    csp: Annotated[
        dict[str, str | list[str]],
        setting(
            "Sources to add, by directive: {'img-src': 'https://img.example.com'}."
        ),
    ] = msgspec.field(default_factory=dict)
    frame: Annotated[
        str, setting("X-Frame-Options: DENY, or SAMEORIGIN to frame own pages.")
    ] = "DENY"
    referrer: Annotated[str, setting("Referrer-Policy.")] = "same-origin"
    permissions: Annotated[
        str, setting("Permissions-Policy; by default what sites seldom use is off.")
    ] = ", ".join(f"{name}=()" for name in _UNUSED_FEATURES)
    # A browser that was told two years once cannot be told otherwise without https.
    hsts: Annotated[
        int,
        setting(
            "Seconds that browsers insist on https; 0 switches it off. An hour at"
            " first: set 31536000, a year, once https works on every page.",
            ge=0,
        ),
    ] = 3_600
    hsts_subdomains: Annotated[
        bool,
        setting("Insist on https for all subdomains too; each of them has to have it."),
    ] = False


@dataclass(frozen=True, slots=True)
class _Loosened:
    """What one view may do that others may not."""

    csp: Mapping[str, tuple[str, ...]]
    frame: str | None


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The headers as pairs, for pages with and without a nonce."""

    others: tuple[tuple[str, str], ...]
    policy: str
    policy_with_nonce: str
    settings: HeaderSettings


@dataclass(slots=True)
class _Page:
    """What is special about this answer; most have nothing, and make none."""

    nonce: str | None = None
    allowed: _Loosened | None = None


_page: ContextState[_Page] = ContextState("headers", _Page)
_prepared: AppState[_Prepared] = AppState("carboy.headers")


class Headers(Extension):
    """The battery that makes pages safe by default."""

    name = "headers"

    def install(self, wiring: Wiring) -> None:
        """Prepare the headers and add them to each answer."""
        settings = wiring.settings(HeaderSettings)
        always_https = bool(wiring.app.config.get("HTTPS"))
        prepared = _prepare(settings, https=always_https)
        _prepared.set(wiring.app, prepared)
        wiring.after_request(_make_after(prepared))
        wiring.template_global("csp_nonce", csp_nonce)
        wiring.check(_check)


def csp_nonce() -> str:
    """Give the nonce of this answer, for `<script nonce="{{ csp_nonce() }}">`.

    A page that never asks has none in its policy, and allows no inline script.
    """
    page = _page.get()
    if page.nonce is None:
        page.nonce = secrets.token_urlsafe(16)
    return page.nonce


def has_nonce() -> bool:
    """Tell whether this answer carries a nonce, and so is good only once."""
    page = _page.find()
    return page is not None and page.nonce is not None


def relax_csp(
    csp: Mapping[str, str] | None = None, *, frame: str | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let one view do more: `@loosen({"img-src": "https://tile.example.com"})`."""
    allowed = _Loosened({k: tuple(v.split()) for k, v in (csp or {}).items()}, frame)

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def loosened(*args: P.args, **kwargs: P.kwargs) -> R:
            _page.get().allowed = allowed
            return view(*args, **kwargs)

        return loosened

    return decorate


def _prepare(settings: HeaderSettings, *, https: bool) -> _Prepared:
    others = [
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", settings.frame),
        ("Referrer-Policy", settings.referrer),
        ("Permissions-Policy", settings.permissions),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]
    if https and settings.hsts:
        subdomains = "; includeSubDomains" if settings.hsts_subdomains else ""
        value = f"max-age={settings.hsts}{subdomains}"
        others.append(("Strict-Transport-Security", value))
    added = {
        name: tuple(sources.split() if isinstance(sources, str) else sources)
        for name, sources in settings.csp.items()
    }
    if settings.frame.upper() == "SAMEORIGIN":
        added.setdefault("frame-ancestors", ("'self'",))
    return _Prepared(
        others=tuple(pair for pair in others if pair[1]),
        policy=_policy(added, nonce=False),
        policy_with_nonce=_policy(added, nonce=True),
        settings=settings,
    )


def _policy(added: Mapping[str, tuple[str, ...]], *, nonce: bool) -> str:
    merged = dict(POLICY)
    for name, sources in added.items():
        kept = tuple(s for s in merged.get(name, ()) if s != "'none'")
        merged[name] = (*kept, *sources)
    if nonce:
        for name in _WITH_NONCE:
            merged[name] = (*merged[name], f"'nonce-{_PLACE}'")
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in merged.items())


def _make_after(prepared: _Prepared) -> Callable[[Response], Response]:
    everything = (*prepared.others, ("Content-Security-Policy", prepared.policy))
    ours = frozenset(name.lower() for name, _ in everything)

    def add_headers(response: Response) -> Response:
        # The list behind the headers: checking ten names through its public face
        # would cost more than the rest of a small request.
        pairs: list[tuple[str, str]] = response.headers._list  # noqa: SLF001 - see above
        page = _page.find()
        wanted = everything if page is None else _for_this_page(prepared, page)
        there = {name.lower() for name, _ in pairs}
        if ours.isdisjoint(there):
            pairs.extend(wanted)
        else:
            pairs.extend(pair for pair in wanted if pair[0].lower() not in there)
        return response

    return add_headers


def _for_this_page(prepared: _Prepared, page: _Page) -> tuple[tuple[str, str], ...]:
    nonce, allowed = page.nonce, page.allowed
    policy = prepared.policy if nonce is None else prepared.policy_with_nonce
    others = prepared.others
    if allowed is not None:
        frame = allowed.frame or prepared.settings.frame
        looser = HeaderSettings(
            csp=_joined(prepared.settings.csp, allowed.csp),
            frame=frame,
            referrer=prepared.settings.referrer,
            permissions=prepared.settings.permissions,
        )
        made = _prepare(looser, https=False)
        hsts = [p for p in others if p[0] == "Strict-Transport-Security"]
        others = (*made.others, *hsts)
        policy = made.policy if nonce is None else made.policy_with_nonce
    if nonce is not None:
        policy = policy.replace(_PLACE, nonce)
    return (*others, ("Content-Security-Policy", policy))


def _joined(
    first: Mapping[str, str | list[str]], second: Mapping[str, tuple[str, ...]]
) -> dict[str, str | list[str]]:
    merged: dict[str, str | list[str]] = dict(first)
    for name, sources in second.items():
        before: Any = merged.get(name, ())
        merged[name] = [*(before.split() if isinstance(before, str) else before)]
        merged[name] = [*merged[name], *sources]
    return merged


def _check(app: Flask) -> Iterator[Check]:
    for name, sources in _prepared.of(app).settings.csp.items():
        if "'unsafe-inline'" in sources and name in _WITH_NONCE:
            yield Check(
                "headers.W001",
                f"HEADERS_CSP allows 'unsafe-inline' in {name}: a stored script runs.",
                'Give inline blocks nonce="{{ csp_nonce() }}" instead.',
            )
        if name not in POLICY and not name.endswith("-src"):
            yield Check(
                "headers.E001",
                f"HEADERS_CSP names the directive {name!r}, which browsers ignore.",
                f"Known ones: {', '.join(POLICY)}.",
            )
