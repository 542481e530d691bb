"""The samples of the notes about WTForms, Flask-WTF and flash run as written."""

import io
import os
import re

import pytest
from flask import (
    flash,
    get_flashed_messages,
    render_template_string,
    request,
    send_from_directory,
)
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.utils import secure_filename
from wtforms import FileField, Form, StringField
from wtforms.validators import InputRequired

from carboy import Carboy, Settings
from carboy.forms import FlaskForm, validators
from carboy.forms.validators import (
    EqualTo,
    FileAllowed,
    FileRequired,
    Length,
    ValidationError,
)
from carboy.testing import open_client


@pytest.fixture
def app(tmp_path):
    settings = Settings(profile="testing", secret_key="k" * 40)
    return Carboy("notes", settings=settings, root_path=str(tmp_path))


@pytest.fixture
def client(app):
    with open_client(app) as client:
        yield client


class RegistForm(Form):
    username = StringField(
        validators=[Length(min=3, max=10, message="用户名长度必须在3到10位之间")]
    )
    password = StringField(validators=[Length(min=6, max=10)])
    password_repeat = StringField(
        validators=[Length(min=6, max=10), EqualTo("password")]
    )


def test_a_form_of_wtforms_takes_request_form(app, client):
    @app.route("/regist/", methods=["POST"])
    def regist():
        form = RegistForm(request.form)
        if form.validate():
            return "success"
        return form.errors

    good = {"username": "知了课堂", "password": "111111", "password_repeat": "111111"}

    assert client.post("/regist/", data=good).text == "success"
    wrong = client.post("/regist/", data={**good, "username": "a"})
    assert wrong.json == {"username": ["用户名长度必须在3到10位之间"]}
    assert (
        "password_repeat"
        in client.post("/regist/", data={**good, "password_repeat": "222222"}).json
    )


VALUES = [
    ("Email", (), "zhiliao@qq.com", "zhiliao"),
    ("InputRequired", (), "x", ""),
    ("DataRequired", (), "x", " "),
    ("Length", (3, 10), "abc", "ab"),
    ("NumberRange", (12, 18), 13, 19),
    ("Regexp", (r"1[345]\d{9}",), "18888888888".replace("8", "3"), "123"),
    ("URL", (), "http://www.baidu.com/", "baidu"),
    ("UUID", (), "6f0c1b0e-7d5c-4ad9-9e0b-0c9f3c1f5a11", "6f0c"),
    ("AnyOf", (["a", "b"],), "a", "c"),
]


@pytest.mark.parametrize(("name", "options", "good", "wrong"), VALUES)
def test_the_usual_validators(name, options, good, wrong):
    validator = getattr(validators, name)(*options)

    class OneForm(Form):
        value = StringField(validators=[validator])

    def check(value):
        form = OneForm(data={"value": value})
        form.value.raw_data = [value] if value else []
        return form.validate()

    assert check(good)
    assert not check(wrong)


def test_a_method_of_the_form_validates_one_field():
    class LoginForm(Form):
        captcha = StringField(validators=[Length(4, 4)])

        # 1234
        def validate_captcha(self, field):
            if field.data != "1234":
                raise ValidationError("验证码错误")

    assert LoginForm(data={"captcha": "1234"}).validate()
    form = LoginForm(data={"captcha": "4321"})
    assert not form.validate()
    assert form.errors == {"captcha": ["验证码错误"]}


def test_a_file_is_uploaded_and_read_again(app, client, tmp_path):
    upload_path = tmp_path / "images"
    upload_path.mkdir()

    @app.route("/upload/", methods=["GET", "POST"])
    def upload():
        if request.method == "GET":
            return render_template_string(
                """<form action="" method="post" enctype="multipart/form-data">
                {{ ui_hidden() }}<input type="file" name="avatar"></form>"""
            )
        desc = request.form.get("desc")
        avatar = request.files.get("avatar")
        filename = secure_filename(avatar.filename)
        avatar.save(os.path.join(upload_path, filename))  # noqa: PTH118 - as written
        return f"{desc} 文件上传成功"

    @app.route("/images/<filename>/")
    def get_image(filename):
        return send_from_directory(upload_path, filename)

    assert "csrf_token" in client.get("/upload/").text
    data = {"desc": "me", "avatar": (io.BytesIO(b"GIF89a"), "../me.gif")}
    assert client.post("/upload/", data=data).text == "me 文件上传成功"
    response = client.get("/images/me.gif/")
    assert response.data == b"GIF89a"
    response.close()


def test_a_form_checks_a_file_with_combined_data(app, client):
    class UploadForm(Form):
        avatar = FileField(
            validators=[FileRequired(), FileAllowed(["jpg", "png", "gif"])]
        )
        desc = StringField(validators=[InputRequired()])

    @app.post("/upload/")
    def upload():
        form = UploadForm(CombinedMultiDict([request.form, request.files]))
        return "success" if form.validate() else form.errors

    def send(name):
        file = (io.BytesIO(b"x"), name)
        return client.post("/upload/", data={"desc": "d", "avatar": file})

    assert send("a.png").text == "success"
    assert set(send("a.exe").json) == {"avatar"}
    assert set(client.post("/upload/", data={"desc": "d"}).json) == {"avatar"}


def test_a_flask_form_is_validated_on_submit(app, client):
    class NameForm(FlaskForm):
        name = StringField("What is your name?", validators=[InputRequired()])

    @app.route("/", methods=["GET", "POST"])
    def index():
        form = NameForm()
        if form.validate_on_submit():
            return f"Hello, {form.name.data}"
        return render_template_string(
            "{{ form.hidden_tag() }}{{ form.name }}", form=form
        )

    page = client.get("/").text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]

    assert (
        client.post("/", data={"name": "Ada", "csrf_token": token}).text == "Hello, Ada"
    )
    # "Switch CSRF off for now" is not needed: the client says where it comes from.
    assert client.post("/", data={"name": "Ada"}).text == "Hello, Ada"


def test_flashed_messages_are_read_once_by_category(app, client):
    @app.route("/page1")
    def page1():
        flash("临时数据存储", "error")
        flash("sdfsdfsdffsdf", "error")
        flash("asdfsdfsdfdsf", "info")
        return "Session"

    @app.route("/page2")
    def page2():
        return {"errors": get_flashed_messages(category_filter=["error"])}

    client.get("/page1")

    assert client.get("/page2").json == {"errors": ["临时数据存储", "sdfsdfsdffsdf"]}
    assert client.get("/page2").json == {"errors": []}


def test_a_value_of_the_address_is_flashed(app, client):
    @app.route("/")
    def index1():
        return render_template_string("{{ get_flashed_messages() | join(',') }}")

    @app.route("/set")
    def index2():
        v = request.args.get("p")
        flash(v)
        return "ok"

    assert client.get("/set?p=<b>").text == "ok"
    assert client.get("/").text == "&lt;b&gt;"
