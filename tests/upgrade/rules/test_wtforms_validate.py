"""If this passes, validate() of forms gets its argument, and no other method does."""

from carboy.upgrade.rules.wtforms_validate import RULE
from tests.upgrade.cases import make_cases

CHANGED: list[tuple[str, str]] = [
    (
        "import wtforms as w\n\n\nclass A(w.Form):\n    def validate(self):\n        return True\n",
        "import wtforms as w\n\n\nclass A(w.Form):\n"
        "    def validate(self, extra_validators=None):\n        return True\n",
    ),
    (
        "from .forms import BaseForm\n\n\nclass A(BaseForm):\n    def validate(self): ...\n",
        "from .forms import BaseForm\n\n\nclass A(BaseForm):\n"
        "    def validate(self, extra_validators=None): ...\n",
    ),
    (
        "from flask_wtf import FlaskForm\n\n\nclass A(FlaskForm):\n    pass\n\n\n"
        "class B(A):\n    def validate(self): ...\n",
        "from flask_wtf import FlaskForm\n\n\nclass A(FlaskForm):\n    pass\n\n\n"
        "class B(A):\n    def validate(self, extra_validators=None): ...\n",
    ),
]
UNCHANGED = [
    "class A:\n    def validate(self): ...\n",
    "from flask_wtf import FlaskForm\n\n\nclass A(FlaskForm):\n"
    "    def validate(self, extra_validators=None): ...\n",
    "from flask_wtf import FlaskForm\n\n\nclass A(FlaskForm):\n"
    "    def validate(self, *args, **kwargs): ...\n",
    "from flask_wtf import FlaskForm\n\n\nclass A(FlaskForm):\n"
    "    def validate_name(self, field): ...\n",
    "from marshmallow import Schema\n\n\nclass A(Schema):\n    def validate(self): ...\n",
    "from wtforms import Field\n\n\nclass A(Field):\n    def validate(self): ...\n",
    "from flask_wtf import FlaskForm\n\n\ndef validate(self): ...\n",
    "from pdf import Form\n\n\nclass A(Form):\n    def validate(self): ...\n",
]

test_changed, test_unchanged = make_cases(RULE, CHANGED, UNCHANGED)
