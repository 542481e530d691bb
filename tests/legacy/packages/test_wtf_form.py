"""If this passes, `csrf_enabled=False` makes a form without a token, and warns."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")

SITE = """
from flask import Flask
from flask_wtf import Form
from wtforms import TextField
app = Flask(__name__)
app.secret_key = 'x'
class Name(Form):
    name = TextField()
@app.route('/<int:enabled>', methods=['POST'])
def index(enabled):
    return str(Name(csrf_enabled=bool(enabled)).validate_on_submit())
"""


def test_the_option_is_kept_and_the_default_is_protected(run_old, edits):
    client = run_old(SITE)["app"].test_client()

    sent = {"data": {"name": "a"}, "headers": {"Sec-Fetch-Site": "cross-site"}}
    assert client.post("/0", **sent).text == "True"
    assert client.post("/1", **sent).text == "False"
    assert "Form(meta={'csrf': False})" in edits()
