"""Bodies that are too many, too large or in a wrong encoding, and odd cookies."""

import gc
import zlib

import flask
import pytest

BOUNDARY = "multipart/form-data; boundary=b"


# Werkzeug leaves the temporary files of refused uploads to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def collected():
    yield
    gc.collect()


@pytest.fixture
def entered():
    return []


@pytest.fixture
def app(make_app, entered):
    app = make_app()

    @app.post("/form")
    def form():
        fields = len(flask.request.form), len(flask.request.files)
        entered.append(fields)
        for file in flask.request.files.values():
            file.close()
        return "{} fields, {} files".format(*fields)

    @app.post("/json")
    def json():
        return {"read": flask.request.get_json()}

    @app.get("/cookies")
    def cookies():
        return dict(flask.request.cookies)

    return app


def send(app, body, content_type=BOUNDARY):
    return app.test_client().post("/form", data=body, content_type=content_type)


def part(name, value, filename=""):
    named = f'; filename="{filename}"' if filename else ""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + value + b"\r\n"


@pytest.mark.parametrize("charset", ["zlib_codec", "bz2_codec", "idna", "punycode"])
def test_cve_2018_1000656_the_client_cannot_choose_a_codec_for_json(app, charset):
    body = zlib.compress(b'"' + b"x" * 10_000_000 + b'"')

    response = app.test_client().post(
        "/json", data=body, content_type=f"application/json; charset={charset}"
    )

    assert response.status_code == 400


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-32"])
def test_cve_2018_1000656_unicode_json_is_read_in_each_standard_encoding(app, encoding):
    response = app.test_client().post(
        "/json", data='{"a": "ü"}'.encode(encoding), content_type="application/json"
    )

    assert response.get_json() == {"read": {"a": "ü"}}


def test_cve_2018_1000656_deep_json_is_refused_and_does_not_break_the_process(app):
    deep = b"[" * 100_000

    response = app.test_client().post(
        "/json", data=deep, content_type="application/json"
    )

    assert response.status_code in {400, 500}


def test_cve_2023_25577_too_many_parts_are_refused(app, entered):
    body = part("a", b"1") * 1001 + b"--b--\r\n"

    response = send(app, body)

    assert response.status_code == 413
    assert entered == []


def test_cve_2023_25577_as_many_parts_as_allowed_are_read(app):
    body = part("a", b"1") * 1000 + b"--b--\r\n"

    assert send(app, body).get_data() == b"1 fields, 0 files"


def test_cve_2023_25577_the_limit_of_parts_counts_files_and_follows_the_setting(app):
    app.config["MAX_FORM_PARTS"] = 2
    body = part("a", b"1", "a.txt") * 3 + b"--b--\r\n"

    assert send(app, body).status_code == 413


@pytest.mark.timeout(30)
@pytest.mark.parametrize("start", [b"\r", b"\n", b"\r\n"])
def test_cve_2023_46136_a_part_that_starts_with_a_line_end_takes_linear_time(
    app, start
):
    body = part("file", start + b"x" * 12_000_000, "big.bin") + b"--b--\r\n"

    assert send(app, body).get_data() == b"0 fields, 1 files"


def test_ghsa_q34m_a_field_without_a_file_name_is_limited(app, entered):
    body = part("a", b"x" * 500_001) + b"--b--\r\n"

    response = send(app, body)

    assert response.status_code == 413
    assert entered == []


def test_ghsa_q34m_many_small_fields_share_the_limit(app):
    app.config["MAX_FORM_MEMORY_SIZE"] = 1000
    body = part("a", b"x" * 100) * 11 + b"--b--\r\n"

    assert send(app, body).status_code == 413


def test_ghsa_q34m_a_view_may_set_its_own_limit(app):
    @app.post("/own")
    def own():
        flask.request.max_form_memory_size = 10
        return str(len(flask.request.form))

    body = part("a", b"x" * 11) + b"--b--\r\n"

    response = app.test_client().post("/own", data=body, content_type=BOUNDARY)

    assert response.status_code == 413


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_over_the_limit_is_refused_whether_its_length_is_said_or_not(
    app, entered, declared
):
    app.config["MAX_CONTENT_LENGTH"] = 10
    builder = flask.testing.EnvironBuilder(
        app, "/form", method="POST", data={"a": "9" * 9}
    )
    environ = {**builder.get_environ(), "wsgi.input_terminated": True}
    if not declared:
        del environ["CONTENT_LENGTH"]

    response = app.test_client().open(environ)

    assert response.status_code == 413
    assert entered == []


@pytest.mark.parametrize("length", ["-1", "abc", "1e3", "+5", "٣", " "])
def test_a_bad_length_never_reads_past_the_body(app, length):
    response = app.test_client().post(
        "/form",
        data=b"a=1",
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"CONTENT_LENGTH": length},
    )

    assert response.get_data() == b"0 fields, 0 files"


@pytest.mark.parametrize(
    "header", ["=__Host-test=bad", "; =__Host-test=bad", "==__Host-test=bad"]
)
def test_cve_2023_23934_a_nameless_cookie_does_not_become_another(app, header):
    environ = {"HTTP_COOKIE": f"good=1; {header}"}

    response = app.test_client(use_cookies=False).get("/cookies", environ_base=environ)

    assert "__Host-test" not in response.get_json()
    assert response.get_json()["good"] == "1"
