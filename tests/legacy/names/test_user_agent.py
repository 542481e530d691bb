"""If this passes, browsers are guessed as Werkzeug 2.0 did."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")


BROWSER_AND_PLATFORM_ARE_GUESSED = """
from flask import Flask, request, Request, Response
app = Flask(__name__)
@app.route('/', methods=['GET','POST'])
def i():
    assert request.is_xhr
    request.user_agent.platform, request.user_agent.browser, request.user_agent.version, request.user_agent.string, request.user_agent.language
    return '%s %s' % (request.user_agent.browser, request.user_agent.platform)
r = app.test_client().get('/', headers={'X-Requested-With': 'XMLHttpRequest', 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:60.0) Gecko/20100101 Firefox/60.0'})
assert r.data == b'firefox linux', r.data
"""


def test_browser_and_platform_are_guessed(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(BROWSER_AND_PLATFORM_ARE_GUESSED)
