"""If this passes, the rule `flask-ext` edits old names, and nothing else."""

from carboy.upgrade.rules.flask_ext import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    ("from flaskext.wtf import *\n", "from flask_wtf import *\n"),
    ("import flask.ext.login as login\n", "import flask_login as login\n"),
    ("from flask.ext import wtf\nwtf.Form\n", "import flask_wtf\nflask_wtf.Form\n"),
    (
        "from flask.ext.wtf.csrf import CsrfProtect  # x\n",
        "from flask_wtf.csrf import CsrfProtect  # x\n",
    ),
]
UNCHANGED = [
    "try:\n    from flask.ext.wtf import Form\nexcept ImportError:\n    Form = None\n",
    "# from flask.ext.wtf import Form\ntext = 'flask.ext.wtf.Form'\n",
    "from flask.ext.wtf import Form  # carboy: keep\n",
    "class Form:\n    pass\n\n\nForm()\n",
    "def use(Form):\n    return Form.Form\n",
    "from .flask.ext.wtf import Form\n",
    "import other as flask\n\nflask.ext.wtf.Form\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
