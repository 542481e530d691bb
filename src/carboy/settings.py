"""The settings of a site: one typed section for each battery."""

from collections.abc import Mapping
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Annotated, Any, ClassVar  # noqa: TID251 - types of batteries that must not be imported while they are off

from carboy import core
from carboy.core import setting
from carboy.site import (
    BabelDirectoriesField,
    BabelDomainField,
    ErrorSettings,
    HeaderSettings,
    HealthSettings,
    LanguageField,
    LanguagesField,
    LogSettings,
    TimeZoneField,
)

if TYPE_CHECKING:
    from carboy.admin import AdminSettings
    from carboy.auth import AuthSettings
    from carboy.cache import CacheSettings
    from carboy.db import DatabaseSettings
    from carboy.forms import CsrfSettings
    from carboy.mail import MailSettings
    from carboy.recorder import RecorderSettings
    from carboy.sessions import SessionSettings
    from carboy.tasks import TaskSettings
    from carboy.uploads import UploadsSettings

_SECTIONS = {
    "headers": "carboy.site.headers:HeaderSettings",
    "errors": "carboy.site.error_pages:ErrorSettings",
    "health": "carboy.site.health:HealthSettings",
    "log": "carboy.site.log:LogSettings",
    "database": "carboy.db.settings:DatabaseSettings",
    "session": "carboy.sessions.settings:SessionSettings",
    "cache": "carboy.cache.settings:CacheSettings",
    "csrf": "carboy.forms.settings:CsrfSettings",
    "mail": "carboy.mail.settings:MailSettings",
    "uploads": "carboy.uploads.settings:UploadsSettings",
    "tasks": "carboy.tasks.settings:TaskSettings",
    "auth": "carboy.auth.settings:AuthSettings",
    "recorder": "carboy.recorder.settings:RecorderSettings",
    "admin": "carboy.admin.settings:AdminSettings",
}
# Prefixes of the extensions that the batteries replace.
_OLD_PREFIXES = {"SQLALCHEMY": "database", "CELERY": "tasks", "WTF": "csrf"}


class Settings(core.Settings, frozen=True, kw_only=True):
    """Settings of a site and of all batteries.

    Subclass it to add settings of your own; `carboy settings` lists all.
    """

    sections: ClassVar[Mapping[str, str]] = {
        **{name.upper(): path for name, path in _SECTIONS.items()},
        **{prefix: _SECTIONS[name] for prefix, name in _OLD_PREFIXES.items()},
    }

    html_pages: Annotated[
        bool,
        setting("The site has pages for browsers, with the look of carboy.ui."),
    ] = True
    languages: LanguagesField = ()
    language: LanguageField = None
    time_zone: TimeZoneField = "UTC"
    babel_domain: BabelDomainField = "messages"
    babel_translation_directories: BabelDirectoriesField = "translations"

    @property
    def headers(self) -> HeaderSettings:
        """Security header settings."""
        return self.section(HeaderSettings)

    @property
    def errors(self) -> ErrorSettings:
        """Error page settings."""
        return self.section(ErrorSettings)

    @property
    def health(self) -> HealthSettings:
        """Health page settings."""
        return self.section(HealthSettings)

    @property
    def log(self) -> LogSettings:
        """Log settings."""
        return self.section(LogSettings)

    @property
    def database(self) -> "DatabaseSettings":
        """Database settings."""
        section: DatabaseSettings = _read(self, "database")
        return section

    @property
    def session(self) -> "SessionSettings":
        """Session settings."""
        section: SessionSettings = _read(self, "session")
        return section

    @property
    def cache(self) -> "CacheSettings":
        """Cache settings."""
        section: CacheSettings = _read(self, "cache")
        return section

    @property
    def csrf(self) -> "CsrfSettings":
        """Settings of the protection against forged requests."""
        section: CsrfSettings = _read(self, "csrf")
        return section

    @property
    def mail(self) -> "MailSettings":
        """Mail settings."""
        section: MailSettings = _read(self, "mail")
        return section

    @property
    def uploads(self) -> "UploadsSettings":
        """Uploads settings."""
        section: UploadsSettings = _read(self, "uploads")
        return section

    @property
    def tasks(self) -> "TaskSettings":
        """Task settings."""
        section: TaskSettings = _read(self, "tasks")
        return section

    @property
    def auth(self) -> "AuthSettings":
        """Account settings."""
        section: AuthSettings = _read(self, "auth")
        return section

    @property
    def recorder(self) -> "RecorderSettings":
        """Recorder settings."""
        section: RecorderSettings = _read(self, "recorder")
        return section

    @property
    def admin(self) -> "AdminSettings":
        """Console settings."""
        section: AdminSettings = _read(self, "admin")
        return section


def _read(settings: core.Settings, name: str) -> Any:
    return settings.section(resolve_name(_SECTIONS[name]))
