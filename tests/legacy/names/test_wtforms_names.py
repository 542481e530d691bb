"""If this passes, old names of WTForms are there, and Email() needs no package."""

import sys

import pytest

from carboy.legacy.names import wtforms_names

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")

FORM = """
from wtforms import Form, TextField
from wtforms.fields import TextField as T
from wtforms.fields.html5 import EmailField, IntegerField, URLField
from wtforms.widgets.html5 import NumberInput
from wtforms.validators import Required, Email, required
from werkzeug.datastructures import MultiDict
class MailForm(Form):
    name = TextField(validators=[Required()])
    mail = EmailField(validators=[Email()])
def check(mail):
    return MailForm(MultiDict({'name': 'a', 'mail': mail})).validate()
"""


@pytest.mark.parametrize("has_package", [True, False])
def test_mail_addresses_are_checked(run_old, monkeypatch, has_package):
    if not has_package:
        monkeypatch.setattr(wtforms_names, "find_spec", lambda _: None)
        sys.modules["carboy.legacy"].close_door()
        __import__("wtforms.validators")
        sys.modules["carboy.legacy"].open_door()
    check = run_old(FORM)["check"]

    assert check("a@example.org")
    assert not check("a@b")
    assert not check("a b@example.org")
