"""Write static_url_path."""

from carboy.upgrade.calls import renamed_keywords
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="flask-static-path",
    title="Write static_url_path",
    why="Flask 1.0 removed the argument static_path.",
    package="flask",
    since="1.0",
    words=("static_path",),
    check=renamed_keywords({
        "flask.Flask": {"static_path": "static_url_path"},
        "flask.Blueprint": {"static_path": "static_url_path"},
    }),
    examples=(
        (
            'from flask import Flask\n\napp = Flask(__name__, static_path="/s")\n',
            'from flask import Flask\n\napp = Flask(__name__, static_url_path="/s")\n',
        ),
    ),
)
