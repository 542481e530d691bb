"""Settings of languages for an app without settings; Flask-Babel's names work."""

from typing import ClassVar

from carboy.core import Section
from carboy.site import (
    BabelDirectoriesField,
    BabelDomainField,
    LanguageField,
    LanguagesField,
    TimeZoneField,
)


class LanguageSettings(Section, frozen=True, kw_only=True):
    """Which languages an app speaks; the same fields as those of `carboy.Settings`."""

    prefix: ClassVar[str] = ""

    languages: LanguagesField = ()
    language: LanguageField = None
    time_zone: TimeZoneField = "UTC"
    babel_domain: BabelDomainField = "messages"
    babel_translation_directories: BabelDirectoriesField = "translations"
