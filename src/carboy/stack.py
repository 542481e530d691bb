"""The one list of all batteries, in the order in which they are installed."""

from collections.abc import Iterable, Mapping
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, ClassVar  # noqa: TID251 - types of batteries that must not be imported while they are off

from carboy import core
from carboy.checks import SiteChecks
from carboy.core import Extension
from carboy.site import (
    ErrorPages,
    Headers,
    HeaderSettings,
    Health,
    HealthSettings,
    Log,
    LogSettings,
    RequestLog,
)

if TYPE_CHECKING:
    from carboy.cache import CacheSettings
    from carboy.db import DatabaseSettings
    from carboy.sessions import SessionSettings
    from carboy.tasks import TaskSettings

_SECTIONS = {
    "headers": "carboy.site.headers:HeaderSettings",
    "health": "carboy.site.health:HealthSettings",
    "log": "carboy.site.log:LogSettings",
    "database": "carboy.db.settings:DatabaseSettings",
    "session": "carboy.sessions.settings:SessionSettings",
    "cache": "carboy.cache.settings:CacheSettings",
    "tasks": "carboy.tasks.settings:TaskSettings",
}
# What names of earlier extensions begin with.
_OLD = {"SQLALCHEMY": "database", "CELERY": "tasks"}


class Settings(core.Settings, frozen=True, kw_only=True):
    """What a site is told, for itself and for every battery.

    Subclass it to add settings of your own; see `carboy settings` for all there are.
    """

    sections: ClassVar[Mapping[str, str]] = {
        **{name.upper(): path for name, path in _SECTIONS.items()},
        **{prefix: _SECTIONS[name] for prefix, name in _OLD.items()},
    }

    @property
    def headers(self) -> HeaderSettings:
        """What is told of security headers."""
        return self.section(HeaderSettings)

    @property
    def health(self) -> HealthSettings:
        """What is told of the health pages."""
        return self.section(HealthSettings)

    @property
    def log(self) -> LogSettings:
        """What is told of the log."""
        return self.section(LogSettings)

    @property
    def database(self) -> "DatabaseSettings":
        """What is told of the database."""
        told: DatabaseSettings = _read(self, "database")
        return told

    @property
    def session(self) -> "SessionSettings":
        """What is told of sessions."""
        told: SessionSettings = _read(self, "session")
        return told

    @property
    def cache(self) -> "CacheSettings":
        """What is told of the cache."""
        told: CacheSettings = _read(self, "cache")
        return told

    @property
    def tasks(self) -> "TaskSettings":
        """What is told of tasks."""
        told: TaskSettings = _read(self, "tasks")
        return told


class Carboy(core.Carboy):
    """A Flask app with all batteries at hand; see `carboy.core.Carboy`."""

    settings_class = Settings
    order = (
        "site",
        "log",
        "headers",
        "requests",
        "pages",
        "health",
        "db",
        "stores",
        "sessions",
        "cache",
        "forms",
        "mail",
        "uploads",
        "tasks",
        "auth",
        "rest",
        "admin",
        "toolbar",
    )

    def standard(self, settings: core.Settings) -> Iterable[Extension]:
        """Make what every site has."""
        yield SiteChecks(settings)
        yield Log(settings)
        yield Headers()
        yield RequestLog()
        yield ErrorPages()
        yield Health()

    def asked_for(self, settings: core.Settings) -> Iterable[Extension]:
        """Make what is switched on by telling where it keeps things."""
        if settings.is_told("SESSION_TYPE", "SESSION_URL"):
            sessions: Extension = resolve_name("carboy.sessions:Sessions")()
            yield sessions


def _read(settings: core.Settings, name: str) -> Any:
    return settings.section(resolve_name(_SECTIONS[name]))
