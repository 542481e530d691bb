"""If this passes, the rule `wtforms-html5` edits old names, and nothing else."""

from carboy.upgrade.rules.wtforms_html5 import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "from wtforms.ext.sqlalchemy.fields import QuerySelectField\n",
        "from wtforms_sqlalchemy.fields import QuerySelectField\n",
    ),
    (
        "from wtforms.fields import html5\nhtml5.EmailField()\n",
        "from wtforms import fields\nfields.EmailField()\n",
    ),
    (
        "from flask_wtf.html5 import (  # x\n    URLField,\n)\n",
        "from wtforms.fields import (  # x\n    URLField,\n)\n",
    ),
]
UNCHANGED = [
    "from wtforms.fields import EmailField\n",
    (
        "try:\n"
        "    from wtforms.fields.html5 import EmailField\n"
        "except ImportError:\n"
        "    EmailField = None\n"
    ),
    (
        "# from wtforms.fields.html5 import EmailField\n"
        "text = 'wtforms.fields.html5.EmailField'\n"
    ),
    "from wtforms.fields.html5 import EmailField  # carboy: keep\n",
    "class EmailField:\n    pass\n\n\nEmailField()\n",
    "def use(EmailField):\n    return EmailField.EmailField\n",
    "from .wtforms.fields.html5 import EmailField\n",
    "import other as wtforms\n\nwtforms.fields.html5.EmailField\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
