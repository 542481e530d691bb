"""Flask-Cache and Flask-Caching: values, pages and functions, without their pickle."""

from carboy.legacy.rows import rows_of, same_names

_SAFE = "Values are stored as msgpack: what the old package pickled is not read."
_NAMES = "Cache make_template_fragment_key"

MODULES = ("flask_cache", "flask_caching")
ROWS = (
    *rows_of(
        "flask_cache",
        "Flask 1 (its last release is of 2014)",
        same_names("carboy.cache", _NAMES),
        safe=_SAFE,
    ),
    *rows_of("flask_caching", "", same_names("carboy.cache", _NAMES), safe=_SAFE),
)
