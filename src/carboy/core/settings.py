"""The settings of a site: typed, from five layers, each value with its origin."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from pkgutil import resolve_name
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

import msgspec

from carboy.errors import SettingsError

from .project_folder import find_project_folder
from .secret_key import make_secret_key
from .section import Field, Section, setting
from .setting_sources import (
    PROFILES,
    Told,
    read_dotenv,
    read_object,
    read_toml,
)

S = TypeVar("S", bound=Section)

Profile = Literal["development", "testing", "production"]

# Names so common in environments that a bare one is probably not meant for us.
_ONLY_WITH_PREFIX = frozenset({"DEBUG", "TESTING", "PROFILE", "HTTPS"})
_NEAR = 0.8


class Settings(Section, frozen=True, kw_only=True):
    """What a site is told. Subclass it to add settings of your own.

    A field is written in capitals outside: `shop_name` is `SHOP_NAME`. A name in
    capitals on the class is a default for a battery: `CACHE_TIMEOUT = 60`.
    """

    # Prefix of names → where the section is, imported when somebody asks for it.
    sections: ClassVar[Mapping[str, str]] = {}

    profile: Annotated[
        Profile, setting("What the site runs as; CARBOY_PROFILE in the environment.")
    ] = "production"
    debug: Annotated[
        bool | None,
        setting("Show errors in full. Unset: on in development."),
    ] = None
    testing: Annotated[
        bool | None, setting("Let errors through to tests. Unset: on in testing.")
    ] = None
    https: Annotated[
        bool | None,
        setting(
            "Visitors come by https: cookies are Secure and named __Host-…, links "
            "and HSTS say https. Unset: on in production."
        ),
    ] = None
    secret_key: Annotated[
        str,
        setting("Signs cookies and tokens; 32 characters or more.", secret=True),
    ] = ""
    secret_key_fallbacks: Annotated[
        tuple[str, ...],
        setting("Earlier keys that still verify.", secret=True),
    ] = ()
    trusted_hosts: Annotated[
        tuple[str, ...],
        setting("Host names that are answered; a leading dot takes subdomains."),
    ] = ()
    proxy_hops: Annotated[
        int,
        setting("Proxies in front whose X-Forwarded-… headers count.", ge=0, le=10),
    ] = 0
    server_name: Annotated[
        str | None, setting("Host for links made outside of requests, and subdomains.")
    ] = None
    application_root: Annotated[str, setting("Path that the site is mounted at.")] = "/"
    max_content_length: Annotated[
        int | None, setting("Largest request body in bytes; more gives 413.")
    ] = 10 * 1024 * 1024
    max_form_memory_size: Annotated[
        int | None, setting("Largest form field in bytes; more gives 413.")
    ] = 500_000
    max_form_parts: Annotated[
        int | None, setting("Most parts of a form; more gives 413.")
    ] = 1_000
    permanent_session_lifetime: Annotated[
        timedelta, setting("How long a permanent session lasts, in seconds.")
    ] = timedelta(days=14)
    session_cookie_name: Annotated[
        str | None,
        setting("Unset: __Host-session under https, session otherwise."),
    ] = None
    session_cookie_samesite: Annotated[
        str | None, setting("SameSite of the session cookie: Lax, Strict or None.")
    ] = "Lax"
    checks_silenced: Annotated[
        tuple[str, ...], setting("Ids of checks that are not told again.")
    ] = ()

    _told: dict[str, Any] = msgspec.field(default_factory=dict)
    _origins: dict[str, str] = msgspec.field(default_factory=dict)
    _owned: frozenset[str] = frozenset()

    @classmethod
    def load(
        cls,
        source: object = None,
        *,
        root: Path | str | None = None,
        environ: Mapping[str, str] | None = None,
        **overrides: Any,
    ) -> Self:
        """Read all layers; later wins.

        The layers are field defaults, `source` (this class, another class, a module,
        a mapping, or a dotted path), `settings.toml`, `.env`, the environment, and
        `overrides`. Files are looked for in `root`, by default the folder of the
        project that this class is written in.
        """
        environ = os.environ if environ is None else environ
        folder = Path(root) if root is not None else _project_of(cls)
        dotenv = read_dotenv(folder / ".env")
        profile = _profile(environ, dotenv, overrides)
        told = [
            *read_object(cls if source is None else source, profile),
            *read_toml(folder / "settings.toml", profile),
            *cls._from_pairs(
                {
                    key: (value, f".env line {line}")
                    for key, (value, line) in dotenv.items()
                },
                owned=True,
            ),
            *cls._from_pairs(
                {key: (value, f"environment {key}") for key, value in environ.items()},
                owned=False,
            ),
            *(
                Told(key.upper(), value, "code", owned=True)
                for key, value in overrides.items()
            ),
            Told("PROFILE", profile, "CARBOY_PROFILE", owned=False),
        ]
        return cls._made(told, folder, profile)

    @classmethod
    def _from_pairs(
        cls, pairs: Mapping[str, tuple[str, str]], *, owned: bool
    ) -> Iterator[Told]:
        """Take the names that are ours out of an environment full of others'."""
        own = {key for field in cls.fields() for key in field.keys}
        starts = tuple(f"{prefix}_" for prefix in cls.sections)
        for name, (value, origin) in pairs.items():
            key = name.removeprefix("CARBOY_")
            bare = key == name
            if bare and key in _ONLY_WITH_PREFIX:
                continue
            if key in own or key.startswith(starts):
                yield Told(key, value, origin, owned)
            elif owned and bare and (meant := _nearest(key, own)):
                # Others' names may stand in .env, but hardly so close to ours.
                raise SettingsError(_misspelt(key, origin, meant))

    @classmethod
    def _made(cls, told: Iterable[Told], folder: Path, profile: str) -> Self:
        values = {item.key: item.value for item in told}
        origins = {item.key: item.origin for item in told}
        owned = frozenset(item.key for item in told if item.owned)
        cls._refuse_unknown(owned, origins)
        if not values.get("SECRET_KEY") and profile != "production":
            key, origin = make_secret_key(folder, profile)
            values["SECRET_KEY"], origins["SECRET_KEY"] = key, origin
        read = cls.read(values, origins)
        fields = {field.name: getattr(read, field.name) for field in cls.fields()}
        return cls(**fields, _told=values, _origins=origins, _owned=owned)

    @classmethod
    def _refuse_unknown(cls, keys: Iterable[str], origins: Mapping[str, str]) -> None:
        own = {key for field in cls.fields() for key in field.keys}
        starts = tuple(f"{prefix}_" for prefix in cls.sections)
        unknown = [
            key for key in sorted(keys) if key not in own and not key.startswith(starts)
        ]
        if unknown:
            names = own | cls._section_names()
            raise SettingsError(
                "\n".join(
                    _misspelt(key, origins[key], _nearest(key, names))
                    for key in unknown
                )
            )

    @classmethod
    def _section_names(cls) -> set[str]:
        """List what every battery can be told, in use or not."""
        kinds = {resolve_name(path) for path in cls.sections.values()}
        return {
            key
            for kind in kinds
            if isinstance(kind, type) and issubclass(kind, Section)
            for field in kind.fields()
            for key in field.keys
        }

    def config(self) -> dict[str, Any]:
        """Give all of it in the form of `app.config`."""
        flat = dict(self._told)
        flat |= {field.key: value for field, value in self.items()}
        secure = self.is_https
        flat["DEBUG"] = self.is_debug
        flat["TESTING"] = self.is_testing
        flat["HTTPS"] = secure
        flat["PREFERRED_URL_SCHEME"] = self._told.get(
            "PREFERRED_URL_SCHEME", "https" if secure else "http"
        )
        flat["SESSION_COOKIE_SECURE"] = secure
        flat["SESSION_COOKIE_NAME"] = self.session_cookie_name or (
            "__Host-session" if secure else "session"
        )
        flat["SECRET_KEY_FALLBACKS"] = list(self.secret_key_fallbacks) or None
        flat["TRUSTED_HOSTS"] = list(self.trusted_hosts) or None
        return flat

    @property
    def origins(self) -> Mapping[str, str]:
        """Where each value was written; a name that is not here is a default."""
        return self._origins

    @property
    def is_debug(self) -> bool:
        """Whether errors are shown in full."""
        return self.profile == "development" if self.debug is None else self.debug

    @property
    def is_testing(self) -> bool:
        """Whether errors go through to tests."""
        return self.profile == "testing" if self.testing is None else self.testing

    @property
    def is_https(self) -> bool:
        """Whether visitors come by https."""
        return self.profile == "production" if self.https is None else self.https

    def unknown(self, known: Mapping[str, Iterable[Field]]) -> Iterator[str]:
        """Tell of names under a battery's prefix which that battery does not have.

        `known` has the fields of each section in use, by prefix. Where the place is
        not ours alone (the environment), only near misses are told.
        """
        for prefix, fields in known.items():
            names = {key for field in fields for key in field.keys}
            names |= {key for field in self.fields() for key in field.keys}
            for key in self._told:
                if not key.startswith(f"{prefix}_") or key in names:
                    continue
                if not _comes_from_files(self._origins[key]):
                    continue
                meant = _nearest(key, names)
                if meant or key in self._owned:
                    yield _misspelt(key, self._origins[key], meant)

    def unused(self, known: Iterable[str]) -> Iterator[str]:
        """Tell of batteries that files have settings for, and that are not on."""
        used = {self.sections.get(prefix) for prefix in known}
        for prefix, place in self.sections.items():
            if place in used:
                continue
            if any(key.startswith(f"{prefix}_") for key in self._owned):
                yield prefix

    def is_told(self, *names: str) -> bool:
        """Tell whether somebody wrote one of these settings, in whatever place."""
        return any(name in self._told for name in names)

    def section(self, kind: type[S]) -> S:
        """Give a battery's section as these settings tell it."""
        return kind.read(self._told, self._origins)


def _comes_from_files(origin: str) -> bool:
    # A class or module may hold names for other extensions under any prefix.
    return "line" in origin or origin.startswith(("environment", "code"))


def _misspelt(key: str, origin: str, meant: str | None) -> str:
    text = f"{key} ({origin}) is not a setting."
    if meant:
        return f"{text} Did you mean {meant}?"
    return (
        f"{text} `carboy settings` lists all; names of other extensions go under "
        f"[config] in settings.toml, or on the settings class."
    )


def _nearest(key: str, names: Iterable[str]) -> str | None:
    found = difflib.get_close_matches(key, [*names], n=1, cutoff=_NEAR)
    return found[0] if found else None


def _profile(
    environ: Mapping[str, str],
    dotenv: Mapping[str, tuple[str, int]],
    overrides: Mapping[str, Any],
) -> str:
    told = (
        overrides.get("profile")
        or overrides.get("PROFILE")
        or environ.get("CARBOY_PROFILE")
        or dotenv.get("CARBOY_PROFILE", ("", 0))[0]
        # The old name, which the notes still export.
        or environ.get("FLASK_ENV")
        or "production"
    )
    if told in PROFILES:
        return str(told)
    meant = _nearest(str(told), PROFILES)
    msg = f"CARBOY_PROFILE is {told!r}; it can be {', '.join(PROFILES)}."
    raise SettingsError(f"{msg} Did you mean {meant}?" if meant else msg)


def _project_of(cls: type) -> Path:
    """Find the folder of the project: the nearest one above that looks like it."""
    module = sys.modules.get(cls.__module__)
    file = getattr(module, "__file__", None)
    if file is None or cls.__module__.startswith("carboy."):
        return Path.cwd()
    folder = Path(file).resolve().parent
    return find_project_folder(folder) or folder
