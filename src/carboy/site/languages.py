"""Settings of languages, for the settings of a site and for those of any Flask app.

They have no prefix, so they are fields of a site's settings; an app without those has
the section of the battery for languages, which has the same fields.
"""

from typing import Annotated

from carboy.core import setting

LanguagesField = Annotated[
    tuple[str, ...],
    setting("Languages of the site, such as en and zh-CN; the first is default."),
]
LanguageField = Annotated[
    str | None,
    setting(
        "Language of visitors who ask for none. Unset: the first of LANGUAGES.",
        old=("BABEL_DEFAULT_LOCALE",),
    ),
]
TimeZoneField = Annotated[
    str,
    setting(
        "Time zone in which pages show times, such as Europe/Berlin.",
        old=("BABEL_DEFAULT_TIMEZONE",),
    ),
]
BabelDomainField = Annotated[
    str, setting("Name of the site's catalogue files, without a suffix.")
]
BabelDirectoriesField = Annotated[
    str, setting("Folders with the site's catalogues, separated by semicolons.")
]
