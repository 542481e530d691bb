"""If this passes, the rule `wtforms-names` edits old names, and nothing else."""

from carboy.upgrade.rules.wtforms_names import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        (
            "from wtforms import StringField, TextField, validators\n"
            "\n"
            "a = TextField(validators=[validators.Required(), "
            "validators.required()])\n"
        ),
        (
            "from wtforms import StringField, validators\n"
            "\n"
            "a = StringField(validators=[validators.DataRequired(), "
            "validators.data_required()])\n"
        ),
    ),
    (
        "from wtforms import *\n\na = TextField()\n",
        "from wtforms import *\n\na = StringField()\n",
    ),
    (
        "import wtforms as w\nw.fields.TextField\nw.TextField\n",
        "import wtforms as w\nw.fields.StringField\nw.StringField\n",
    ),
    (
        "from wtforms import TextField as T\nT()\n",
        "from wtforms import StringField as T\nT()\n",
    ),
    (
        'from wtforms import TextField\n\n__all__ = ["TextField"]\n',
        'from wtforms import StringField as TextField\n\n__all__ = ["TextField"]\n',
    ),
]
UNCHANGED = [
    "from django.forms import TextField\nTextField()\n",
    "from wtforms import StringField\n",
    "from wtforms.validators import InputRequired\n",
    (
        "try:\n"
        "    from wtforms import TextField\n"
        "except ImportError:\n"
        "    TextField = None\n"
    ),
    "# from wtforms import TextField\ntext = 'wtforms.TextField'\n",
    "from wtforms import TextField  # carboy: keep\n",
    "class TextField:\n    pass\n\n\nTextField()\n",
    "def use(TextField):\n    return TextField.TextField\n",
    "from .wtforms import TextField\n",
    "import other as wtforms\n\nwtforms.TextField\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
