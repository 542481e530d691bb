"""If this passes, Flask-Session's class is the battery's."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore::carboy.legacy.LegacyWarning")


def test_a_session_is_kept_in_files(run_old, tmp_path):
    names = run_old(
        "from flask import Flask, session\n"
        "from flask_session import Session\n"
        "app = Flask(__name__)\n"
        f"app.config.update(SESSION_TYPE='filesystem', SESSION_FILE_DIR={str(tmp_path)!r},\n"
        "                  SECRET_KEY='x' * 40)\n"
        "Session(app)\n"
        "@app.route('/')\n"
        "def index():\n"
        "    session['n'] = session.get('n', 0) + 1\n"
        "    return str(session['n'])\n"
    )
    client = names["app"].test_client()

    assert [client.get("/").text for _ in range(3)] == ["1", "2", "3"]
