"""Use the names that flask.json has today."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="flask-json-names",
    title="Use the names that flask.json has today",
    why=(
        "Flask 2.1 to 3.0 removed names from flask.json and "
        "flask.helpers that belong to other packages."
    ),
    package="flask",
    since="2.3",
    words=(
        "htmlsafe_dumps",
        "locked_cached_property",
        "total_seconds",
        "jsonify",
        "json",
    ),
    check=moved_names({
        "flask.json.htmlsafe_dumps": "jinja2.utils.htmlsafe_json_dumps",
        "flask.helpers.locked_cached_property": "werkzeug.utils.cached_property",
        "flask.helpers.json": "flask.json",
        "flask.helpers.jsonify": "flask.jsonify",
        "flask.exthook.ExtDeprecationWarning": "builtins.DeprecationWarning",
    }),
    examples=(
        (
            "from flask.helpers import jsonify, url_for\n",
            "from flask.helpers import url_for\nfrom flask import jsonify\n",
        ),
    ),
)
