"""Import extensions by their own names."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="flask-ext",
    title="Import extensions by their own names",
    why="Flask 1.0 removed the name flask.ext; each extension is a package of its own.",
    package="flask",
    since="1.0",
    words=("flask.ext", "flaskext"),
    check=moved_names({}, {}, ("(?:flask\\.ext\\.|flaskext\\.)(\\w+)", "flask_\\1")),
    examples=(
        (
            "from flask.ext.sqlalchemy import SQLAlchemy\n",
            "from flask_sqlalchemy import SQLAlchemy\n",
        ),
    ),
)
