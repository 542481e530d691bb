"""The samples of the notes about files run as they are written."""

import io
import os

import pytest
from flask import request, send_from_directory
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.utils import secure_filename
from wtforms import FileField, Form, StringField
from wtforms.validators import InputRequired

from carboy import Carboy
from carboy.forms.validators import FileAllowed, FileRequired

from .conftest import make_image


@pytest.fixture
def app(tmp_path):
    return Carboy("notes", root_path=str(tmp_path))


def test_the_sample_of_the_notes_runs_as_written(app, tmp_path):
    UPLOAD_PATH = str(tmp_path)  # noqa: N806 - as written

    @app.route("/upload/", methods=["GET", "POST"])
    def upload():
        if request.method == "GET":
            return "upload.html"
        else:  # noqa: RET505 - as written
            desc = request.form.get("desc")
            avatar = request.files.get("avatar")
            filename = secure_filename(avatar.filename)
            avatar.save(os.path.join(UPLOAD_PATH, filename))  # noqa: PTH118 - as written
            return f"{desc} 文件上传成功"

    @app.route("/images/<filename>/")
    def get_image(filename):
        return send_from_directory(UPLOAD_PATH, filename)

    client = app.test_client()
    data = {"desc": "me", "avatar": (io.BytesIO(make_image()), "avatar.png")}

    assert client.post("/upload/", data=data).text == "me 文件上传成功"
    with client.get("/images/avatar.png/") as answer:
        assert answer.data == make_image()


def test_the_form_of_the_notes_runs_as_written(app):
    class UploadForm(Form):
        avatar = FileField(
            validators=[FileRequired(), FileAllowed(["jpg", "png", "gif"])]
        )
        desc = StringField(validators=[InputRequired()])

    @app.post("/upload/")
    def upload():
        form = UploadForm(CombinedMultiDict([request.form, request.files]))
        return "yes" if form.validate() else form.errors

    client = app.test_client()

    def send(name):
        data = {"desc": "me", "avatar": (io.BytesIO(make_image()), name)}
        return client.post("/upload/", data=data)

    assert send("a.png").text == "yes"
    assert list(send("a.php").json) == ["avatar"]
