"""The script of passkeys has the address of its content."""

from carboy.auth.pages.static_files import auth_static


def test_the_script_may_be_kept_for_ever(site, client):
    with site.app.test_request_context():
        url = auth_static("passkeys.js")

    with client.get(url) as answer:
        assert b"navigator.credentials" in answer.data

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    assert client.get(url.replace("passkeys.js", "../settings.py")).status_code == 404
