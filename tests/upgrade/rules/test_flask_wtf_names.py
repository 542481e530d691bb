"""If this passes, the rule `flask-wtf-names` edits old names, and nothing else."""

from carboy.upgrade.rules.flask_wtf_names import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "from flask_wtf import Form, TextField, Required\n"
            "\n"
            "\n"
            "class F(Form):\n"
            "    a = TextField(validators=[Required()])\n"
        ),
        (
            "from flask_wtf import FlaskForm\n"
            "from wtforms import StringField\n"
            "from wtforms.validators import DataRequired\n"
            "\n"
            "\n"
            "class F(FlaskForm):\n"
            "    a = StringField(validators=[DataRequired()])\n"
        ),
    ),
    (
        "from flask_wtf.csrf import CsrfProtect\n\nCsrfProtect(app)\n",
        "from flask_wtf.csrf import CSRFProtect\n\nCSRFProtect(app)\n",
    ),
    (
        "import flask_wtf\n\n\nclass F(flask_wtf.Form): ...\n",
        "import flask_wtf\n\n\nclass F(flask_wtf.FlaskForm): ...\n",
    ),
]
UNCHANGED = [
    "from wtforms import Form\n\n\nclass F(Form): ...\n",
    "from flask_wtf import FlaskForm\nfrom flask_wtf.file import FileField\n",
    "try:\n    from flask_wtf import Form\nexcept ImportError:\n    Form = None\n",
    "# from flask_wtf import Form\ntext = 'flask_wtf.Form'\n",
    "from flask_wtf import Form  # carboy: keep\n",
    "class Form:\n    pass\n\n\nForm()\n",
    "def use(Form):\n    return Form.Form\n",
    "from .flask_wtf import Form\n",
    "import other as flask_wtf\n\nflask_wtf.Form\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
