"""Import Flask-RESTX."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="flask-restplus",
    title="Import Flask-RESTX",
    why=(
        "Flask-RESTPlus had its last release in 2019 and fails with "
        "Werkzeug 1; Flask-RESTX continues it."
    ),
    package="flask",
    since="1.0",
    words=("flask_restplus", "flask.ext.restplus"),
    check=moved_names(
        {},
        {
            "flask_restplus": "flask_restx",
        },
    ),
    examples=(
        (
            "from flask_restplus import Api, Resource\n",
            "from flask_restx import Api, Resource\n",
        ),
    ),
)
