"""Names that Jinja had: `Markup`, `escape`, `contextfilter` and its like."""

from jinja2.ext import Extension

from carboy.legacy.rows import rows_of, same_names

_HERE = "carboy.legacy.names.jinja_names"
_MARKUP = same_names("markupsafe", "Markup escape")
_PASS = {
    "contextfilter": "jinja2:pass_context",
    "contextfunction": "jinja2:pass_context",
    "environmentfilter": "jinja2:pass_environment",
    "environmentfunction": "jinja2:pass_environment",
    "evalcontextfilter": "jinja2:pass_eval_context",
    "evalcontextfunction": "jinja2:pass_eval_context",
}
_SOFT = {"soft_unicode": "markupsafe:soft_str"}


class BuiltInTag(Extension):
    """An extension whose tag every template has today."""


ROWS = (
    *rows_of("jinja2", "Jinja 3.1", _MARKUP | _PASS),
    *rows_of("jinja2.utils", "Jinja 3.1", _MARKUP | _PASS | _SOFT),
    *rows_of("jinja2.filters", "Jinja 3.1", _MARKUP | _PASS | _SOFT),
    *rows_of("markupsafe", "MarkupSafe 2.1", _SOFT),
    *rows_of(
        "jinja2.ext",
        "Jinja 3.1",
        dict.fromkeys(("with_", "autoescape", "WithExtension"), f"{_HERE}:BuiltInTag"),
        "remove it: every template has the tag",
    ),
)
