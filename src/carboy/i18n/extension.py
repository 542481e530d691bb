"""`Babel`: the battery for languages, with the interface of Flask-Babel's class."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Any, ClassVar

from babel import Locale
from flask import Flask, Response, request
from flask.globals import _cv_app
from typing_extensions import override

from carboy import translation
from carboy.core import Extension, Wiring, registry_of
from carboy.errors import SettingsError

from .checks import check_catalogues
from .commands import i18n
from .formats import FILTERS, format_datetime
from .names import check_language, name_in_itself
from .selection import (
    COOKIE,
    QUERY,
    URL_VALUE,
    find_selection,
    find_translator,
    force_locale,
    make_time_zone,
    negotiate_language,
    peek_selection,
)
from .settings import LanguageSettings
from .state import Languages, Selector, languages_state, make_offered


@dataclass(slots=True)
class BabelConfiguration:
    """What Flask-Babel's functions read of an app, so that they work with this one."""

    default_locale: str
    default_timezone: str
    default_domain: str
    default_directories: list[str]
    translation_directories: list[str]
    instance: Any
    locale_selector: Selector
    timezone_selector: Selector
    is_carboy: bool = True


class Babel(Extension):
    """The battery for languages.

    A site with the setting LANGUAGES has it by itself. On a plain Flask app, install
    it as Flask-Babel: `Babel(app, locale_selector=get_language)`.
    """

    name: ClassVar[str] = "i18n"

    def __init__(
        self,
        app: Flask | None = None,
        date_formats: Mapping[str, str | None] | None = None,
        configure_jinja: bool = True,
        **options: Any,
    ) -> None:
        self.date_formats: dict[str, str | None] = dict(date_formats or {})
        self._configure_jinja = configure_jinja
        self._options: dict[str, Any] = options
        self._locale_selector: Selector | None = None
        self._timezone_selector: Selector | None = None
        self._languages: Languages | None = None
        if app is not None:
            self.init_app(app)

    @override
    def init_app(self, app: Flask, **options: Any) -> None:
        """Install the battery, or take the place of the default one of a site.

        The options are Flask-Babel's: default_locale, default_timezone,
        default_domain, default_translation_directories, locale_selector and
        timezone_selector. Settings win over them.
        """
        self._options |= options
        registry = registry_of(app)
        before = registry.installed.get(self.name)
        if isinstance(before, DefaultBabel) and not isinstance(self, DefaultBabel):
            registry.installed[self.name] = self
            self._configure(languages_state.of(app))
        else:
            super().init_app(app)

    @override
    def install(self, wiring: Wiring) -> None:
        """Supply the translator, add names to templates, and set response headers."""
        app = wiring.app
        settings = LanguageSettings.read(app.config, getattr(app.config, "origins", {}))
        languages = languages_state.set(app, self._make_languages(app, settings))
        self._configure(languages)
        translation.hook.find = find_translator
        translation.hook.force = force_locale
        translation.hook.negotiate = negotiate_language
        translation.hook.format_datetime = format_datetime
        self._register_as_flask_babel(app, languages, settings)
        if self._configure_jinja:
            _add_to_templates(wiring)
        app.url_value_preprocessor(_take_language)
        app.url_defaults(_add_language)
        wiring.after_request(_set_headers)
        wiring.route(
            "/-/language", set_language, endpoint="i18n.set_language", methods=["POST"]
        )
        wiring.check(check_catalogues)
        wiring.command(i18n)

    def localeselector(self, function: Callable[[], Any]) -> Callable[[], Any]:
        """Use a function that returns the language of a request: an old decorator."""
        self._locale_selector = function
        if self._languages is not None:
            self._languages.locale_selector = function
        return function

    def timezoneselector(self, function: Callable[[], Any]) -> Callable[[], Any]:
        """Use a function that returns the time zone of a request: an old decorator."""
        self._timezone_selector = function
        if self._languages is not None:
            self._languages.timezone_selector = function
        return function

    def list_translations(self) -> list[Locale]:
        """Return the languages of the site as Babel's locales."""
        offered = languages_state.current().offered
        return [Locale.parse(each.replace("-", "_")) for each in offered]

    @property
    def default_locale(self) -> Locale:
        """The default language as Babel's locale."""
        return Locale.parse(languages_state.current().default.replace("-", "_"))

    @property
    def default_timezone(self) -> Any:
        """The default time zone."""
        return make_time_zone(languages_state.current().time_zone)

    def _configure(self, languages: Languages) -> None:
        self._languages = languages
        selector = self._options.get("locale_selector") or self._locale_selector
        if selector is not None:
            languages.locale_selector = selector
        selector = self._options.get("timezone_selector") or self._timezone_selector
        if selector is not None:
            languages.timezone_selector = selector
        languages.formats |= self.date_formats

    def _make_languages(self, app: Flask, settings: LanguageSettings) -> Languages:
        default = settings.language or self._options.get("default_locale")
        tags = tuple(check_language(each, "LANGUAGES") for each in settings.languages)
        default = check_language(default, "LANGUAGE") if default else None
        folders = self._list_folders(app, settings)
        if not tags:
            found = _list_languages(folders)
            tags = tuple(dict.fromkeys([default or "en", *found]))
        offered, default = make_offered(tags, default)
        zone = settings.time_zone
        if not app.config.get("TIME_ZONE") and zone == "UTC":
            zone = self._options.get("default_timezone", zone)
        try:
            make_time_zone(zone)
        except ValueError as error:
            raise SettingsError(
                f"TIME_ZONE = {zone!r} cannot be used: {error}"
            ) from None
        return Languages(offered, default, zone, folders)

    def _list_folders(
        self, app: Flask, settings: LanguageSettings
    ) -> list[tuple[Path, str]]:
        names = settings.babel_translation_directories
        if "BABEL_TRANSLATION_DIRECTORIES" not in app.config:
            names = self._options.get("default_translation_directories", names)
        domain = settings.babel_domain
        if "BABEL_DOMAIN" not in app.config:
            domain = self._options.get("default_domain", domain)
        return [
            (Path(app.root_path) / name.strip(), each.strip())
            for name in names.split(";")
            for each in domain.split(";")
            if name.strip()
        ]

    def _register_as_flask_babel(
        self, app: Flask, languages: Languages, settings: LanguageSettings
    ) -> None:
        """Register what the functions of flask_babel read, for Flask-Admin."""
        if "babel" in app.extensions:
            return
        directories = [str(folder) for folder, _ in languages.folders]
        app.extensions["babel"] = BabelConfiguration(
            default_locale=languages.default.replace("-", "_"),
            default_timezone=languages.time_zone,
            default_domain=settings.babel_domain,
            default_directories=directories,
            translation_directories=directories,
            instance=_FlaskBabelInstance(self),
            locale_selector=_get_locale_name,
            timezone_selector=_get_time_zone_name,
        )


class DefaultBabel(Babel):
    """The battery as a site with LANGUAGES has it, unless the site installs its own."""

    @override
    def init_app(self, app: Flask, **options: Any) -> None:
        """Install the battery; nothing happens if the site has one already."""
        if self.name not in registry_of(app).installed:
            super().init_app(app, **options)


class _FlaskBabelInstance:
    """What Flask-Babel's functions ask of their instance."""

    def __init__(self, babel: Babel) -> None:
        self._babel = babel
        self.date_formats = {
            **dict.fromkeys(("time", "date", "datetime"), "medium"),
            **{
                f"{kind}.{size}": None
                for kind in ("time", "date", "datetime")
                for size in ("short", "medium", "long", "full")
            },
            **babel.date_formats,
        }

    def __getattr__(self, name: str) -> Any:
        if name == "domain_instance":
            # Only code of Flask-Babel asks for it, so that package is there.
            domain = languages_state.current().folders[0][1]
            self.domain_instance = resolve_name("flask_babel:Domain")(domain=domain)
            return self.domain_instance
        return getattr(self._babel, name)


def _get_locale_name() -> str:
    selection = find_selection()
    return str(selection.locale) if selection is not None else "en"


def _get_time_zone_name() -> str:
    return languages_state.current().time_zone


def list_languages() -> list[tuple[str, str]]:
    """Return the languages of the site with what each calls itself, for a switch."""
    return [(each, name_in_itself(each)) for each in languages_state.current().offered]


def set_language() -> Response:
    """Store the language that a visitor chose, and go back."""
    languages = languages_state.current()
    response = Response(status=303, headers={"Location": _find_way_back()})
    language = languages.match(request.form.get("language", ""))
    if language is not None:
        response.set_cookie(
            COOKIE,
            language,
            max_age=365 * 24 * 3600,
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
            path=request.script_root or "/",
        )
    response.headers["Cache-Control"] = "no-store"
    return response


def _find_way_back() -> str:
    """Return a path of this site, whatever the field says."""
    back = request.form.get("next", "")
    is_path = back.startswith("/") and not back.startswith(("//", "/\\"))
    if not is_path or any(ord(char) < 33 or char == "\\" for char in back):
        return f"{request.script_root}/"
    path, _, query = back.partition("?")
    # The language in the address would win over the one that was chosen.
    kept = [each for each in query.split("&") if not each.startswith(f"{QUERY}=")]
    return f"{path}?{'&'.join(kept)}" if any(kept) else path


def _add_to_templates(wiring: Wiring) -> None:
    environment = wiring.app.jinja_env
    wiring.template_extension("jinja2.ext.i18n")
    install: Any = environment
    install.install_gettext_callables(
        gettext=_trans,
        ngettext=_trans_plural,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=_trans_plural_in,
    )
    wiring.template_global("ui_text", translation.gettext)
    wiring.template_global("ui_language", translation.get_language)
    wiring.template_global("ui_languages", list_languages)
    for name, function in FILTERS.items():
        function_of_any: Any = function
        wiring.template_filter(name, function_of_any)


def _trans(text: str) -> str:
    return translation.gettext(text)


def _trans_plural(singular: str, plural: str, num: float) -> str:
    return _find_plural(singular, plural, num, None)


def _trans_plural_in(context: str, singular: str, plural: str, num: float) -> str:
    return _find_plural(singular, plural, num, context)


def _find_plural(singular: str, plural: str, num: float, context: str | None) -> str:
    # Jinja fills in the variables, and escapes them.
    translator = find_translator()
    if translator is None:
        return singular if num == 1 else plural
    return translator.find_plural(singular, plural, num, context)


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the language of `/<lang_code>/…` from the arguments of the view."""
    if values and URL_VALUE in values:
        _cv_app.get().g.__dict__[URL_VALUE] = values.pop(URL_VALUE)


def _add_language(endpoint: str, values: dict[str, Any]) -> None:
    """Build addresses in the language of the current one."""
    context = _cv_app.get()
    if URL_VALUE in values:
        return
    try:
        is_expected = context.app.url_map.is_endpoint_expecting(endpoint, URL_VALUE)
    except KeyError:
        # url_for() raises its own error, which names the endpoints that come near.
        return
    if is_expected:
        value = context.g.__dict__.get(URL_VALUE)
        values[URL_VALUE] = value or translation.get_language()


def _set_headers(response: Response) -> Response:
    """Set Content-Language and Vary, if a text was shown."""
    selection = peek_selection(_cv_app.get().g)
    if selection is None:
        return response
    headers = response.headers
    if "Content-Language" not in headers and response.mimetype == "text/html":
        headers["Content-Language"] = selection.translator.language
    if selection.consulted:
        response.vary.update(selection.consulted)
    return response


def _list_languages(folders: list[tuple[Path, str]]) -> list[str]:
    """Return the languages that have a catalogue of the site."""
    return sorted({
        check_language(file.parent.parent.name, str(file))
        for folder, domain in folders
        for suffix in ("mo", "po")
        for file in folder.glob(f"*/LC_MESSAGES/{domain}.{suffix}")
    })


__all__ = ["COOKIE", "QUERY", "Babel", "DefaultBabel", "list_languages"]
