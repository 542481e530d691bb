"""Requests are recorded in development, and nothing is there in production."""

import subprocess
import sys

from carboy.recorder import Recorder

PRODUCTION = {"profile": "production", "TRUSTED_HOSTS": "localhost"}
HTTPS = {"base_url": "https://localhost"}


def test_a_guard_decides_instead(make_site):
    recorder, allowed = Recorder(), []
    recorder.guard(lambda: bool(allowed))
    app = make_site(recorder, RECORDER_SAMPLE="1", **PRODUCTION)
    app.add_url_rule("/", "home", lambda: "hello")
    client = app.test_client()
    client.get("/", **HTTPS)

    assert client.get("/-/debug/", **HTTPS).status_code == 404
    allowed.append(True)
    answer = client.get("/-/debug/", **HTTPS)
    assert answer.status_code == 200
    assert "GET /" in answer.text


def test_in_production_nobody_sees_traces_without_a_guard(make_site):
    app = make_site(RECORDER_SAMPLE="1", **PRODUCTION)
    app.add_url_rule("/", "home", lambda: "<body></body>")
    client = app.test_client()

    assert client.get("/", **HTTPS).text == "<body></body>"
    assert client.get("/-/debug/", **HTTPS).status_code == 404


def test_production_does_not_import_it(tmp_path):
    code = (
        "import sys\nfrom carboy import Carboy, Settings\n"
        "Carboy('shop', settings=Settings.load({}, root='.', environ={}, "
        "secret_key='of a test, and long enough to be one'))\n"
        "print([name for name in sys.modules if 'recorder' in name])\n"
    )

    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert result.stdout.strip() == "[]"
