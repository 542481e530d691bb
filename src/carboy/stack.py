"""The list of all batteries, in the order in which they are installed."""

from collections.abc import Iterable
from pkgutil import resolve_name
from typing import Any

from carboy import core
from carboy.checks import SiteChecks
from carboy.core import Extension
from carboy.forms import DefaultForms
from carboy.legacy_variable import open_if_asked
from carboy.settings import Settings
from carboy.site import (
    ErrorPages,
    Headers,
    Health,
    Https,
    Log,
    RequestLog,
)


class Carboy(core.Carboy):
    """A Flask app with all batteries; see `carboy.core.Carboy`."""

    settings_class = Settings
    order = (
        "site",
        "log",
        "headers",
        "requests",
        "https",
        "pages",
        "health",
        "db",
        "stores",
        "ui",
        "i18n",
        "sessions",
        "cache",
        "forms",
        "tasks",
        # After tasks, one of which removes the files that no row has.
        "uploads",
        "mail",
        "auth",
        "rest",
        "admin",
        "recorder",
    )

    def default_extensions(self, settings: core.Settings) -> Iterable[Extension]:
        """Return the batteries that every site has."""
        yield SiteChecks(settings)
        yield Log(settings)
        yield Headers()
        yield RequestLog()
        yield Https()
        yield ErrorPages()
        yield Health()

    def configured_extensions(self, settings: core.Settings) -> Iterable[Extension]:
        """Return the look of pages, sessions if a setting asks for them, and forms."""
        if getattr(settings, "html_pages", True):
            # Imported here: an API has no pages.
            ui: Extension = resolve_name("carboy.ui:UI")()
            yield ui
        if _has_languages(settings):
            # Imported here: it needs Babel, which a site in one language has not.
            languages: Extension = resolve_name("carboy.i18n:DefaultBabel")()
            yield languages
        if settings.is_set("SESSION_TYPE", "SESSION_URL"):
            sessions: Extension = resolve_name("carboy.sessions:Sessions")()
            yield sessions
        yield DefaultForms()
        if _is_recorded(settings):
            # Imported here: production has nothing of it unless a setting asks for it.
            recorder: Extension = resolve_name("carboy.recorder:Recorder")()
            yield recorder


def _has_languages(settings: core.Settings) -> bool:
    # Written anywhere, also as the default of a field or in code.
    written = settings.is_set("LANGUAGES", "LANGUAGE", "BABEL_DEFAULT_LOCALE")
    names = ("languages", "language")
    return written or any(getattr(settings, name, None) for name in names)


def _is_recorded(settings: core.Settings) -> bool:
    if settings.is_set("RECORDER_SAMPLE"):
        section: Any = resolve_name("carboy.recorder:RecorderSettings")
        return bool(settings.section(section).sample)
    return settings.profile == "development"


# A script that makes its app begins here.
open_if_asked()
