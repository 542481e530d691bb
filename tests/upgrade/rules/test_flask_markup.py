"""If this passes, `Markup` and `escape` come from MarkupSafe, whatever their names."""

from carboy.upgrade.rules.flask_markup import RULE
from tests.upgrade.cases import make_cases

CHANGED = [
    ("from flask import Markup\n", "from markupsafe import Markup\n"),
    (
        "import flask\nx = flask.Markup('é') + flask.escape('ü')\n",
        "import flask\nfrom markupsafe import Markup\n"
        "from markupsafe import escape\nx = Markup('é') + escape('ü')\n",
    ),
    (
        "from jinja2 import Environment as E, Markup as M  # both\r\nM('')\r\n",
        "from jinja2 import Environment as E  # both\r\n"
        "from markupsafe import Markup as M\r\nM('')\r\n",
    ),
    (
        "def f():\n    from flask import escape\n    return escape('')\n",
        "def f():\n    from markupsafe import escape\n    return escape('')\n",
    ),
]
UNCHANGED = [
    "from markupsafe import Markup, escape\nMarkup('')\n",
    "try:\n    from flask import Markup\nexcept ImportError:\n    Markup = str\n",
    "from .flask import Markup\n",
    "import flask\n\n\ndef f(flask):\n    return flask.Markup\n",
    "# from flask import Markup\nx = 'flask.Markup'\n",
    "from html import escape\nescape('<')\n",
    "from flask import Markup  # carboy: keep\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
