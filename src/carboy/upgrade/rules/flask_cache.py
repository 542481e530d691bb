"""Import Flask-Caching."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="flask-cache",
    title="Import Flask-Caching",
    why=(
        "Flask-Cache had its last release in 2014 and imports names that "
        "Flask has not; Flask-Caching continues it."
    ),
    package="flask",
    since="1.0",
    words=("flask_cache", "flask.ext.cache"),
    check=moved_names(
        {},
        {
            "flask_cache": "flask_caching",
        },
    ),
    examples=(
        ("from flask_cache import Cache\n", "from flask_caching import Cache\n"),
    ),
)
