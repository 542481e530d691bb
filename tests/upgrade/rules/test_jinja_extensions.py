"""If this passes, extensions that are built in are left out, and no others."""

from carboy.upgrade.rules.jinja_extensions import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "options = dict(extensions=['jinja2.ext.autoescape', 'jinja2.ext.with_', 'x.y'])\n",
        "options = dict(extensions=['x.y'])\n",
    ),
    (
        "from flask import Flask\n\n\nclass App(Flask):\n"
        "    jinja_options = {'extensions': ['jinja2.ext.do', 'jinja2.ext.with_']}\n",
        "from flask import Flask\n\n\nclass App(Flask):\n"
        "    jinja_options = {'extensions': ['jinja2.ext.do']}\n",
    ),
]
UNCHANGED = [
    "app.jinja_env.add_extension('jinja2.ext.do')\n",
    "app.jinja_env.add_extension('jinja2.ext.loopcontrols')\n",
    "text = 'jinja2.ext.with_'\n",
    "found = app.jinja_env.add_extension('jinja2.ext.with_')\n",
    "extensions = ['jinja2.ext.i18n']\n",
    "app.jinja_env.autoescape = True\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
