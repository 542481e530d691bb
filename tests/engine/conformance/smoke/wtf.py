"""Flask-WTF: a form with a CSRF token, refused without it, and one with a file."""

import io
import re

import flask
from flask_wtf import CSRFProtect, FlaskForm
from flask_wtf.file import FileAllowed, FileField
from wtforms import IntegerField, StringField
from wtforms.validators import InputRequired, NumberRange

PAGE = """<form method=post>{{ form.csrf_token }}{{ form.name }}{{ form.age }}</form>
{{ form.errors }}{{ done }}"""


class PersonForm(FlaskForm):
    """A name, an age and perhaps a picture."""

    name = StringField(validators=[InputRequired()])
    age = IntegerField(validators=[NumberRange(0, 150)])
    picture = FileField(validators=[FileAllowed(["png"])])


def make_app():
    app = flask.Flask("forms")
    app.secret_key = "k" * 32
    protect = CSRFProtect(app)

    @app.route("/", methods=["GET", "POST"])
    def index():
        form = PersonForm()
        done = form.name.data if form.validate_on_submit() else ""
        return flask.render_template_string(PAGE, form=form, done=done)

    @app.post("/plain")
    def plain():
        return {"form": flask.request.form.to_dict(flat=False).get("a")}

    @app.post("/exempt")
    @protect.exempt
    def exempt():
        return {"json": flask.request.json}

    return app


def run(tell, say):
    client = make_app().test_client()
    page = tell("page", client.get("/"))
    token = re.search(r'value="([^"]+)"', page.get_data(as_text=True))[1]
    data = {"name": "Ada ü", "age": "36", "csrf_token": token}
    tell("no token", client.post("/", data={"name": "Ada", "age": "36"}))
    tell("wrong token", client.post("/", data={**data, "csrf_token": "wrong"}))
    tell("right token", client.post("/", data=data))
    tell("invalid field", client.post("/", data={**data, "age": "200"}))
    picture = (io.BytesIO(b"png"), "a.png")
    tell("a picture", client.post("/", data={**data, "picture": picture}))
    script = (io.BytesIO(b"#!"), "a.sh")
    tell("not a picture", client.post("/", data={**data, "picture": script}))
    tell("plain without", client.post("/plain", data={"a": "1"}))
    headers = {"X-CSRFToken": token}
    tell("plain with header", client.post("/plain", data={"a": "1"}, headers=headers))
    tell("exempt", client.post("/exempt", json={"a": [1, None]}))
    tell("another client", make_app().test_client().post("/plain", headers=headers))
