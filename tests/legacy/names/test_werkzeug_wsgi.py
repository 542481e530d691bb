"""If this passes, the functions on the environ are there, and middleware of old."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")


PATHS_ARE_POPPED_AND_LINES_ARE_READ = """
from flask import Flask
from werkzeug.wsgi import SharedDataMiddleware, DispatcherMiddleware
from werkzeug import SharedDataMiddleware as S2
from werkzeug.wsgi import peek_path_info, pop_path_info, get_path_info, extract_path_info, get_host, get_query_string, get_script_name, host_is_trusted, get_input_stream, get_content_length, make_line_iter, make_chunk_iter
app = Flask(__name__)
app.wsgi_app = SharedDataMiddleware(app.wsgi_app, {'/uploads': '/tmp'})
application = DispatcherMiddleware(app, {'/b': Flask('b')})
assert peek_path_info({'PATH_INFO': '/a/b', 'SCRIPT_NAME': ''}) == 'a'
e = {'PATH_INFO': '/a/b', 'SCRIPT_NAME': ''}
assert pop_path_info(e) == 'a' and e['PATH_INFO'] == '/b'
assert list(make_line_iter(__import__('io').BytesIO(b'a\\nb'), 3)) == [b'a\\n', b'b'], 1
"""


def test_paths_are_popped_and_lines_are_read(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(PATHS_ARE_POPPED_AND_LINES_ARE_READ)
