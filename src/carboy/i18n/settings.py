"""Settings of languages; Flask-Babel's names work."""

from typing import Annotated, ClassVar

from carboy.core import Section, setting


class LanguageSettings(Section, frozen=True, kw_only=True):
    """Which languages a site speaks; the fields are those of `carboy.Settings`."""

    prefix: ClassVar[str] = ""

    languages: Annotated[
        tuple[str, ...], setting("Languages of the site, such as en and zh-CN.")
    ] = ()
    language: Annotated[
        str | None,
        setting(
            "Language of visitors who ask for none. Unset: the first of LANGUAGES.",
            old=("BABEL_DEFAULT_LOCALE",),
        ),
    ] = None
    time_zone: Annotated[
        str,
        setting("Time zone in which times are shown.", old=("BABEL_DEFAULT_TIMEZONE",)),
    ] = "UTC"
    babel_domain: Annotated[
        str, setting("Name of the site's catalogue files, without a suffix.")
    ] = "messages"
    babel_translation_directories: Annotated[
        str, setting("Folders with catalogues, separated by semicolons.")
    ] = "translations"
