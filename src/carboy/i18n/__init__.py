"""Languages: translated texts, dates, numbers, and the language of each visitor."""

from carboy.translation import (
    LazyText,
    gettext,
    gettext as _,
    gettext_noop,
    lazy_gettext,
    lazy_ngettext,
    lazy_npgettext,
    lazy_pgettext,
    ngettext,
    npgettext,
    pgettext,
)

from .errors import CatalogueError
from .extension import Babel, DefaultBabel, list_languages
from .formats import (
    format_currency,
    format_date,
    format_datetime,
    format_decimal,
    format_number,
    format_percent,
    format_scientific,
    format_time,
    format_timedelta,
    to_user_timezone,
    to_utc,
)
from .selection import force_locale, get_locale, get_timezone, refresh
from .settings import LanguageSettings
from .state import languages_state, load_builtin

__all__ = [
    "Babel",
    "CatalogueError",
    "DefaultBabel",
    "LanguageSettings",
    "LazyText",
    "_",
    "force_locale",
    "format_currency",
    "format_date",
    "format_datetime",
    "format_decimal",
    "format_number",
    "format_percent",
    "format_scientific",
    "format_time",
    "format_timedelta",
    "get_locale",
    "get_timezone",
    "gettext",
    "gettext_noop",
    "languages_state",
    "lazy_gettext",
    "lazy_ngettext",
    "lazy_npgettext",
    "lazy_pgettext",
    "list_languages",
    "load_builtin",
    "ngettext",
    "npgettext",
    "pgettext",
    "refresh",
    "to_user_timezone",
    "to_utc",
]
