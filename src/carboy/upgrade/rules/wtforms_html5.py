"""Import fields of HTML5 from wtforms.fields."""

from carboy.upgrade.moved import moved_names
from carboy.upgrade.rule import UpgradeRule

RULE = UpgradeRule(
    id="wtforms-html5",
    title="Import fields of HTML5 from wtforms.fields",
    why=(
        "WTForms 3.0 moved wtforms.fields.html5 and "
        "wtforms.widgets.html5 one level up, wtforms.ext.sqlalchemy to a "
        "package of its own."
    ),
    package="wtforms",
    since="3.0",
    words=("html5", "wtforms.ext"),
    check=moved_names(
        {},
        {
            "wtforms.fields.html5": "wtforms.fields",
            "wtforms.widgets.html5": "wtforms.widgets",
            "wtforms.ext.sqlalchemy": "wtforms_sqlalchemy",
            "flask_wtf.html5": "wtforms.fields",
        },
    ),
    examples=(
        (
            "from wtforms.fields.html5 import EmailField\n",
            "from wtforms.fields import EmailField\n",
        ),
    ),
)
