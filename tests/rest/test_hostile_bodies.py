"""Forms and bodies that are too large or too deep are refused before they are read."""

import pytest
from werkzeug.datastructures import FileStorage

from carboy import Carboy, Settings
from carboy.rest import Api, Resource, reqparse
from tests.rest.library import make_api


@pytest.fixture
def client(tmp_path):
    settings = Settings(profile="testing", secret_key="k" * 40)
    app = Carboy("hostile", settings=settings, instance_path=str(tmp_path))
    make_api(broken=False).init_app(app)
    api = Api(app)
    parser = reqparse.RequestParser()
    parser.add_argument("text", required=True)
    parser.add_argument("scan", type=FileStorage, location="files")

    class Parsed(Resource):
        def post(self):
            return parser.parse_args().text

    api.add_resource(Parsed, "/parsed")
    app.use()
    return app.test_client()


def make_parts(count, size=1, begin=b""):
    part = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
    return (part + begin + b"a" * size + b"\r\n") * count + b"--x--\r\n"


FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
FORMS = {
    "100,000 fields": (FORM, b"&".join(b"f%d=1" % n for n in range(100_000))),
    "600 kB in one field": (FORM, b"text=" + b"a" * 600_000),
    "1,001 parts": (PARTS, make_parts(1001)),
    "600 kB in one part": (PARTS, make_parts(1, 600_000)),
    "10 MB after CR": (PARTS, make_parts(1, 10_000_000, b"\r")),
}


@pytest.mark.parametrize("path", ["/api/notes", "/parsed"])
@pytest.mark.parametrize("name", FORMS)
def test_a_form_that_is_too_large_is_413(client, path, name):
    kind, body = FORMS[name]

    answer = client.post(path, data=body, content_type=kind)

    assert answer.status_code == 413
    assert answer.is_json


@pytest.mark.parametrize("path", ["/api/books", "/parsed"])
@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
def test_json_that_is_too_deep_is_400(client, path, opening):
    body = opening * 10_000

    answer = client.post(path, data=body, content_type="application/json")

    assert answer.status_code == 400
    assert answer.is_json
