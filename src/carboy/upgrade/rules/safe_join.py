"""Import safe_join from Werkzeug."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="safe-join",
    title="Import safe_join from Werkzeug",
    why=(
        "Flask 2.1 removed safe_join; that of Werkzeug returns None for "
        "a path outside of the folder, where it raised 404."
    ),
    package="flask",
    since="2.1",
    words=("safe_join",),
    check=moved_names({
        "flask.safe_join": "werkzeug.utils.safe_join",
        "flask.helpers.safe_join": "werkzeug.utils.safe_join",
        "werkzeug.security.safe_join": "werkzeug.utils.safe_join",
    }),
    examples=(
        ("from flask import safe_join\n", "from werkzeug.utils import safe_join\n"),
    ),
)
