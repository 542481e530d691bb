"""The HTML of every page that ships is valid, as the checker of the W3C reads it."""

import contextlib
import http.client
import json
import subprocess
from urllib.parse import urlsplit

import pytest

# A page that follows a task without a script reloads itself. In a partial for any page
# that cannot stand in the head; browsers have read it in the body for ever.
RELOAD = b'<noscript><meta http-equiv="refresh" content="3"></noscript>'
# The debugger of Werkzeug around our solution; its HTML is not ours.
WERKZEUG = b'<body class="solution-debugger">'
BROKEN = """<!doctype html><html lang=en><title>x</title>
<ul><div>not an item</div></ul><a id=a></a><b id=a></b><img src=x>"""


def check(web_tools, folder):
    command = [web_tools.java, "-jar", web_tools.vnu, "--format", "json", "--stdout"]
    files = sorted(folder.glob("*.html"))
    done = subprocess.run(
        [*command, "--exit-zero-always", *files],
        capture_output=True,
        text=True,
        timeout=110,
        check=True,
    )
    for message in json.loads(done.stdout)["messages"]:
        if message["type"] == "error":
            name = message["url"].rpartition("/")[2]
            extract = message.get("extract", "").strip()
            yield f"{name}:{message.get('lastLine')}: {message['message']} {extract}"


def read(address):
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=110)
    with contextlib.closing(connection):
        connection.request("GET", parts.path, headers={"Accept": "text/html"})
        return connection.getresponse().read()


def test_every_page_is_valid(web_tools, shipped, tmp_path):
    for name, address in shipped.items():
        content = read(address)
        if WERKZEUG in content:
            continue
        assert b"<main" in content, name
        (tmp_path / f"{name.replace(' ', '-')}.html").write_bytes(
            content.replace(RELOAD, b"")
        )
    # In the same run, because the checker takes seconds to start.
    (tmp_path / "with-mistakes.html").write_text(BROKEN)

    problems = list(check(web_tools, tmp_path))

    seen = [each for each in problems if each.startswith("with-mistakes.html:")]
    assert len(seen) >= 3
    assert problems == seen


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500, 503])
def test_every_error_is_among_the_pages(shipped, status):
    assert f"error {status}" in shipped
