"""The settings of a site: typed, from five layers, each value with its origin."""

import difflib
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from pkgutil import resolve_name
from typing import Annotated, Any, ClassVar, Literal, Self, TypeVar

import msgspec

from carboy.errors import SettingsError

from .command_line import command_line
from .flask_settings import FlaskSettings
from .project_folder import find_project_of
from .secret_key import make_secret_key
from .section import Field, Section, hint_prefix, setting
from .setting_sources import (
    PROFILE_NAMES,
    PROFILES,
    RawSetting,
    comes_from_files,
    read_dotenv,
    read_object,
    read_toml,
    refuse_profile,
)

S = TypeVar("S", bound=Section)

Profile = Literal["development", "testing", "production"]

_PREFIX = "CARBOY_"
_NEAR = 0.8
_NO_SECTION = "carboy.core.section:Section"


class Settings(FlaskSettings, frozen=True, kw_only=True):
    """Settings of a site. Subclass it to add settings of your own.

    The field `shop_name` is the setting `SHOP_NAME`. A name in capitals on the class
    is a default for a battery: `CACHE_TIMEOUT = 60`.
    """

    # Prefix of names → `module:class` of the section, imported when it is used.
    sections: ClassVar[Mapping[str, str]] = {}

    profile: Annotated[
        Profile,
        setting(
            "What the site is run for: development, testing or production. Set in "
            "the environment or in .env, because it selects the other settings."
        ),
    ] = "production"
    https: Annotated[
        bool | None,
        setting(
            "Visitors use https: cookies are Secure and named __Host-…, links are "
            "https, HSTS is sent. Unset: on in production."
        ),
    ] = None
    https_redirect: Annotated[
        bool | None,
        setting(
            "Redirect http to https, except for pages under /-/. Unset: on if HTTPS "
            "is set to true."
        ),
    ] = None
    proxy_hops: Annotated[
        int,
        setting("Proxies in front whose X-Forwarded-… headers are used.", ge=0, le=10),
    ] = 0
    remember_cookie_secure: Annotated[
        bool | None,
        setting("Send Flask-Login's cookie over https only. Unset: as HTTPS says."),
    ] = None
    remember_cookie_httponly: Annotated[
        bool, setting("Hide Flask-Login's cookie from scripts.")
    ] = True
    remember_cookie_samesite: Annotated[
        Literal["Lax", "Strict", "None"] | None,
        setting("SameSite of Flask-Login's cookie: Lax, Strict or None."),
    ] = "Lax"
    checks_silenced: Annotated[
        tuple[str, ...], setting("Ids of checks that are not reported.")
    ] = ()

    _given: dict[str, Any] = msgspec.field(default_factory=dict)
    _origins: dict[str, str] = msgspec.field(default_factory=dict)
    _owned: frozenset[str] = frozenset()
    # Other names in .env and the environment: modules may have settings there.
    _others: dict[str, RawSetting] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the names in capitals on the class, which `load` has read already."""
        if self._given:
            return
        cls = type(self)
        for item in read_object(cls, self.profile):
            self._given[item.key] = item.value
            self._origins[item.key] = item.origin
        read = cls.convert(self._given, self._origins)
        for field in cls.fields():
            # An argument wins over the class.
            if field.name in read and getattr(self, field.name) == field.default:
                msgspec.structs.force_setattr(self, field.name, read[field.name])

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
        `overrides`. Files are read from `root`, by default the folder of the project
        that this class is defined in.
        """
        environ = os.environ if environ is None else environ
        folder = Path(root) if root is not None else find_project_of(cls)
        dotenv = read_dotenv(folder / ".env")
        profile, origin = _profile(environ, dotenv, overrides)
        in_toml = read_toml(folder / "settings.toml", profile)
        refuse_profile(in_toml)
        in_dotenv = {
            key: (value, f".env line {line}") for key, (value, line) in dotenv.items()
        }
        in_environ = {
            key: (value, f"environment {key}") for key, value in environ.items()
        }
        given = [
            *read_object(cls if source is None else source, profile),
            *in_toml,
            *cls._from_pairs(in_dotenv, owned=True),
            *cls._from_pairs(in_environ, owned=False),
            *(
                RawSetting(key.upper(), value, "code", owned=True)
                for key, value in overrides.items()
            ),
            RawSetting("PROFILE", profile, origin, owned=False),
        ]
        others = cls._list_others(in_dotenv | in_environ)
        return cls._from_given(given, folder, profile, others)

    @classmethod
    def _list_others(
        cls, pairs: Mapping[str, tuple[str, str]]
    ) -> dict[str, RawSetting]:
        own = cls._own_names()
        prefixes = tuple(f"{prefix}_" for prefix in cls.sections)
        return {
            name: RawSetting(key, value, origin, owned=False)
            for name, (value, origin) in pairs.items()
            if (key := name.removeprefix(_PREFIX)) not in own
            and not key.startswith(prefixes)
        }

    @classmethod
    def _from_pairs(
        cls, pairs: Mapping[str, tuple[str, str]], *, owned: bool
    ) -> Iterator[RawSetting]:
        """Yield the settings of this site among the names of an environment."""
        own = cls._own_names()
        prefixes = tuple(f"{prefix}_" for prefix in cls.sections)
        # A name with our prefix is meant for us alone: it comes later, so it wins.
        for name in sorted(pairs, key=lambda name: name.startswith(_PREFIX)):
            value, origin = pairs[name]
            key = name.removeprefix(_PREFIX)
            if key in own or key.startswith(prefixes):
                yield RawSetting(key, value, origin, owned)
            elif (owned or key != name) and (nearest := _nearest(key, own)):
                # Names of other programs may be in .env, but none so similar.
                raise SettingsError(_unknown_name(name, origin, nearest))

    @classmethod
    def _from_given(
        cls,
        given: Iterable[RawSetting],
        folder: Path,
        profile: str,
        others: dict[str, RawSetting],
    ) -> Self:
        values = {item.key: item.value for item in given}
        origins = {item.key: item.origin for item in given}
        owned = frozenset(item.key for item in given if item.owned)
        cls._refuse_unknown(owned, origins)
        if not values.get("SECRET_KEY") and profile != "production":
            key, origin = make_secret_key(folder, profile)
            values["SECRET_KEY"], origins["SECRET_KEY"] = key, origin
        return cls(
            **cls.convert(values, origins),
            _given=values,
            _origins=origins,
            _owned=owned,
            _others=others,
        )

    @classmethod
    def _refuse_unknown(cls, keys: Iterable[str], origins: Mapping[str, str]) -> None:
        own = cls._own_names()
        prefixes = tuple(f"{prefix}_" for prefix in cls.sections)
        unknown = [
            key
            for key in sorted(keys)
            if key not in own and not key.startswith(prefixes)
        ]
        if unknown:
            names = own | cls._section_names()
            lines = [
                _unknown_name(key, origins[key], _nearest(key, names))
                for key in unknown
            ]
            raise SettingsError("\n".join(lines))

    @classmethod
    def _own_names(cls) -> set[str]:
        """List the settings of the site itself, and the old ones that are warned of."""
        return {key for field in cls.fields() for key in field.keys} | {*cls.obsolete}

    @classmethod
    def _section_names(cls) -> set[str]:
        """List the settings of all batteries, in use or not."""
        kinds = {resolve_name(path) for path in cls.sections.values()}
        return {
            key
            for kind in kinds
            if isinstance(kind, type) and issubclass(kind, Section)
            for field in kind.fields()
            for key in field.keys
        }

    def config(self) -> dict[str, Any]:
        """Return all settings in the form of `app.config`."""
        flat = dict(self._given)
        flat |= {field.key: value for field, value in self.items()}
        secure = self.is_https
        flat["DEBUG"] = self.is_debug
        flat["TESTING"] = self.is_testing
        flat["HTTPS"] = secure
        flat["HTTPS_REDIRECT"] = self.redirects_to_https
        flat["PREFERRED_URL_SCHEME"] = self.preferred_url_scheme or (
            "https" if secure else "http"
        )
        is_secure = self.session_cookie_secure
        flat["SESSION_COOKIE_SECURE"] = secure if is_secure is None else is_secure
        flat["SESSION_COOKIE_NAME"] = self.session_cookie_name or self._cookie_name(
            is_secure=flat["SESSION_COOKIE_SECURE"]
        )
        if self.remember_cookie_secure is None:
            flat["REMEMBER_COOKIE_SECURE"] = secure
        flat["SECRET_KEY_FALLBACKS"] = list(self.secret_key_fallbacks) or None
        flat["TRUSTED_HOSTS"] = list(self.trusted_hosts) or None
        return flat

    @property
    def origins(self) -> Mapping[str, str]:
        """Where each value was written; a name that is missing has its default."""
        return self._origins

    @property
    def is_debug(self) -> bool:
        """Whether errors are shown in full."""
        return self.profile == "development" if self.debug is None else self.debug

    @property
    def is_testing(self) -> bool:
        """Whether errors are raised in tests."""
        return self.profile == "testing" if self.testing is None else self.testing

    @property
    def is_https(self) -> bool:
        """Whether visitors use https."""
        return self.profile == "production" if self.https is None else self.https

    @property
    def redirects_to_https(self) -> bool:
        """Whether a request over http is redirected to https."""
        if self.https_redirect is None:
            return self.https is True
        return self.https_redirect and self.is_https

    def _cookie_name(self, *, is_secure: bool) -> str:
        """Return the default name of the session cookie.

        Browsers refuse a `__Host-` name with a domain or a path.
        """
        path = self.session_cookie_path or self.application_root
        if not is_secure:
            return "session"
        is_host_only = not self.session_cookie_domain and path == "/"
        return "__Host-session" if is_host_only else "__Secure-session"

    def unknown(self, known: Mapping[str, Iterable[Field]]) -> Iterator[str]:
        """Yield a message for each name under a battery's prefix that is unknown.

        `known` has the fields of each section in use, by prefix. From the environment,
        where other programs have names too, only near misses are reported.
        """
        for prefix, fields in known.items():
            names = {key for field in fields for key in field.keys}
            names |= {key for field in self.fields() for key in field.keys}
            for key in self._given:
                if not key.startswith(f"{prefix}_") or key in names:
                    continue
                if not comes_from_files(self._origins[key]):
                    continue
                nearest = _nearest(key, names)
                if nearest or key in self._owned:
                    yield _unknown_name(key, self._origins[key], nearest)

    def misspelt(self, known: Mapping[str, Iterable[Field]]) -> Iterator[str]:
        """Yield a message for each name in `.env` that is nearly a battery's.

        Only the sections whose prefix is near are imported.
        """
        for name, item in self._others.items():
            key = item.key
            if not item.origin.startswith(".env"):
                continue
            prefix = _nearest(key.partition("_")[0], [*self.sections, *known])
            kind = resolve_name(self.sections.get(prefix or "", _NO_SECTION))
            fields = known.get(prefix or "", kind.fields())
            keys = [key for field in fields for key in field.keys]
            if key not in keys and (nearest := _nearest(key, keys)):
                yield _unknown_name(name, item.origin, nearest)

    def list_others(self, fields: Iterable[Field]) -> Iterator[RawSetting]:
        """Yield what .env and the environment have for a module; later wins."""
        keys = {key for field in fields for key in field.keys}
        for name in sorted(self._others, key=lambda name: name.startswith(_PREFIX)):
            if self._others[name].key in keys:
                yield self._others[name]

    def unused(self, known: Iterable[str]) -> Iterator[str]:
        """Yield the prefix of each battery that has settings and is not in use."""
        used = {self.sections.get(prefix) for prefix in known}
        for prefix, path in self.sections.items():
            if path in used:
                continue
            if any(key.startswith(f"{prefix}_") for key in self._owned):
                yield prefix

    def is_set(self, *names: str) -> bool:
        """Return whether one of these settings is written anywhere."""
        return any(name in self._given for name in names)

    def section(self, kind: type[S]) -> S:
        """Return a battery's section, read from these settings."""
        return kind.read(self._given, self._origins)


def _unknown_name(key: str, origin: str, nearest: str | None) -> str:
    text = f"{key} ({origin}) is not a setting."
    if nearest:
        return f"{text} Did you mean {nearest}?"
    return (
        f"{text} `{command_line('settings')}` lists all; names of other extensions "
        f"belong under [config] in settings.toml, or on the settings class."
    )


def _nearest(key: str, names: Iterable[str]) -> str | None:
    matches = difflib.get_close_matches(key, [*names], n=1, cutoff=_NEAR)
    return matches[0] if matches else None


def _profile(
    environ: Mapping[str, str],
    dotenv: Mapping[str, tuple[str, int]],
    overrides: Mapping[str, Any],
) -> tuple[str, str]:
    """Return the profile and where it is set."""
    choices = [
        *((overrides.get(name), "code") for name in ("profile", "PROFILE")),
        *((environ.get(name), f"environment {name}") for name in PROFILE_NAMES),
        *(
            (dotenv[name][0], f".env line {dotenv[name][1]}")
            for name in PROFILE_NAMES
            if name in dotenv
        ),
        # Flask's old name.
        (environ.get("FLASK_ENV"), "environment FLASK_ENV"),
    ]
    profile, origin = next(
        (choice for choice in choices if choice[0]), ("production", "default")
    )
    if profile in PROFILES:
        return str(profile), origin
    nearest = _nearest(str(profile), PROFILES)
    msg = (
        f"PROFILE = {profile!r} ({origin}) must be one of {', '.join(PROFILES)}."
        f"{f' Did you mean {nearest}?' if nearest else ''}{hint_prefix(origin)}"
    )
    raise SettingsError(msg)
