"""If this passes, Flask-WTF's old names are the battery's, and the protection is on."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_a_form_with_old_names_is_checked(run_old):
    names = run_old(
        "from flask import Flask\n"
        "from flask_wtf import Form, CsrfProtect\n"
        "from flask_wtf.csrf import CSRFProtect, CSRFError, generate_csrf\n"
        "from flask_wtf.file import FileField, FileRequired, FileAllowed\n"
        "from wtforms import TextField\n"
        "from wtforms.validators import Required\n"
        "app = Flask(__name__)\n"
        "app.secret_key = 'x' * 40\n"
        "CsrfProtect(app)\n"
        "class NameForm(Form):\n"
        "    name = TextField('Name', validators=[Required()])\n"
        "@app.route('/', methods=['POST'])\n"
        "def index():\n"
        "    form = NameForm(meta={'csrf': False})\n"
        "    return form.name.data if form.validate_on_submit() else 'no'\n"
    )
    client = names["app"].test_client()
    foreign = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}

    assert client.post("/", data={"name": "ed"}).text == "ed"
    assert client.post("/", data={"name": ""}).text == "no"
    assert client.post("/", data={"name": "ed"}, headers=foreign).status_code in {
        400,
        403,
    }
