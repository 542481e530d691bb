"""`flask.Markup` and `flask.escape` are names of MarkupSafe."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="flask-markup",
    title="Import Markup and escape from MarkupSafe",
    why="Flask 3.0 removed both names; they always were MarkupSafe's.",
    package="flask",
    since="3.0",
    words=("Markup", "escape"),
    check=moved_names({
        "flask.Markup": "markupsafe.Markup",
        "flask.escape": "markupsafe.escape",
        "flask.helpers.Markup": "markupsafe.Markup",
        "flask.helpers.escape": "markupsafe.escape",
        "flask.templating.Markup": "markupsafe.Markup",
        "jinja2.Markup": "markupsafe.Markup",
        "jinja2.escape": "markupsafe.escape",
        "jinja2.utils.Markup": "markupsafe.Markup",
        "jinja2.utils.escape": "markupsafe.escape",
        "werkzeug.escape": "markupsafe.escape",
        "werkzeug.utils.escape": "markupsafe.escape",
        "werkzeug.html.escape": "markupsafe.escape",
    }),
    examples=(
        (
            "from flask import Flask, Markup, escape\n",
            "from flask import Flask\nfrom markupsafe import Markup, escape\n",
        ),
    ),
)
