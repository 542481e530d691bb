"""If this passes, sessions in files work, and a key of a visitor's choice does not."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")


SESSIONS_ARE_STORED = """
from werkzeug.contrib.sessions import FilesystemSessionStore, SessionMiddleware, Session, SessionStore, generate_key
import os
os.mkdir('s')
store = FilesystemSessionStore('s')
s = store.new(); s['a'] = 1; assert s.modified and s.should_save and s.new; store.save(s)
t = store.get(s.sid); assert t['a'] == 1 and not t.new
store.delete(t); assert 'a' not in store.get(s.sid)
store.save_if_modified(s)
def app(environ, start_response):
    sess = environ['werkzeug.session']; sess['n'] = sess.get('n', 0) + 1
    start_response('200 OK', [('Content-Type', 'text/plain')]); return [str(sess['n']).encode()]
from werkzeug.test import Client
from werkzeug.wrappers import BaseResponse
c = Client(SessionMiddleware(app, store), BaseResponse); c.get('/'); assert c.get('/').data == b'2', c.get('/').data
assert store.get('../../etc/passwd').sid != '../../etc/passwd'
"""


def test_sessions_are_stored(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(SESSIONS_ARE_STORED)


def test_a_key_of_a_visitor_is_not_used(run_old, tmp_path, monkeypatch):
    """Neither one that leads out of the folder, nor one that nobody was given."""
    monkeypatch.chdir(tmp_path)
    names = run_old(
        "from werkzeug.contrib.sessions import FilesystemSessionStore\n"
        "store = FilesystemSessionStore('s')\n"
        "keys = ['../../etc/passwd', 'a' * 40]\n"
        "given = [store.get(key) for key in keys]\n"
    )

    assert all(session.new for session in names["given"])
    assert [session.sid for session in names["given"]] != names["keys"]
