"""If this passes, what public apps of 2014 to 2021 do with Flask works as written."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")

CONFIG_ENVVAR = """
import os
from flask import Flask
open('conf.cfg','w').write("DEBUG = True\\nSECRET_KEY='x'\\n")
os.environ['APP_SETTINGS'] = os.path.abspath('conf.cfg')
app = Flask(__name__)
app.config.from_envvar('APP_SETTINGS', silent=True)
app.config.from_envvar('NOWHERE', silent=True)
assert app.debug
app.config.from_json if hasattr(app.config,'from_json') else None
open('c.json','w').write('{"A": 1}')
app.config.from_json(os.path.abspath('c.json'))
assert app.config['A'] == 1
"""


def test_config_envvar(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(CONFIG_ENVVAR)


FIRST_REQUEST = """
from flask import Flask, Blueprint
app = Flask(__name__); bp = Blueprint('b', __name__)
n=[]
@app.before_first_request
def a(): n.append('a')
@bp.before_app_first_request
def b(): n.append('b')
@bp.route('/')
def i(): return 'x'
app.register_blueprint(bp)
app.before_first_request_funcs.append(lambda: n.append('c'))
c = app.test_client(); c.get('/'); c.get('/'); assert sorted(n) == ['a','b','c'], n
app.try_trigger_before_first_request_functions()
"""


def test_first_request(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(FIRST_REQUEST)


STACKS = """
from flask import Flask, _request_ctx_stack, _app_ctx_stack, globals as fg
from flask.globals import _request_ctx_stack as r2, _lookup_req_object, _lookup_app_object, _find_app
from flask import ctx
app = Flask(__name__)
with app.test_request_context('/a'):
    assert _request_ctx_stack.top.request.path == '/a'
    assert _request_ctx_stack.top.app is app
    top = _app_ctx_stack.top; top.x = 1; assert _app_ctx_stack.top.x == 1; assert hasattr(top, 'x')
    assert _app_ctx_stack.top.app is app
    _request_ctx_stack.top.user = 5
    assert _find_app() is app
    assert _lookup_req_object('request').path == '/a'
assert _request_ctx_stack.top is None
"""


def test_stacks(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(STACKS)


CONNECTION_STACK_TEARDOWN = """
try:
    from flask import _app_ctx_stack as stack
except ImportError:
    from flask import _request_ctx_stack as stack
from flask import Flask
import sqlite3
class SQLite3(object):
    def __init__(self, app=None):
        self.app = app
        if app is not None: self.init_app(app)
    def init_app(self, app):
        app.config.setdefault('SQLITE3_DATABASE', ':memory:')
        if hasattr(app, 'teardown_appcontext'): app.teardown_appcontext(self.teardown)
        else: app.teardown_request(self.teardown)
    def teardown(self, exception):
        ctx = stack.top
        if hasattr(ctx, 'sqlite3_db'): ctx.sqlite3_db.close(); closed.append(1)
    @property
    def connection(self):
        ctx = stack.top
        if ctx is not None:
            if not hasattr(ctx, 'sqlite3_db'): ctx.sqlite3_db = sqlite3.connect(':memory:')
            return ctx.sqlite3_db
closed=[]
app = Flask(__name__); db = SQLite3(app)
@app.route('/')
def i(): return str(db.connection.execute('select 1').fetchone()[0])
assert app.test_client().get('/').data == b'1'; assert closed == [1]
"""


def test_connection_stack_teardown(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(CONNECTION_STACK_TEARDOWN)


ENCODERS = """
from flask import Flask, jsonify, json
from flask.json import JSONEncoder, JSONDecoder
import decimal, datetime
app = Flask(__name__)
class E(JSONEncoder):
    def default(self, obj):
        try:
            if isinstance(obj, datetime.date): return obj.isoformat()
            iterable = iter(obj)
        except TypeError: pass
        else: return list(iterable)
        return JSONEncoder.default(self, obj)
class D(JSONDecoder):
    def __init__(self, *args, **kwargs):
        JSONDecoder.__init__(self, object_hook=self.hook, *args, **kwargs)
    def hook(self, o):
        return dict(o, seen=1)
app.json_encoder = E
app.json_decoder = D
@app.route('/', methods=['GET','POST'])
def i():
    from flask import request
    return jsonify(d=datetime.date(2020,1,1), s={1}, b=request.get_json(silent=True), t=json.dumps({'d': datetime.date(2020,1,1)}))
r = app.test_client().post('/', json={'a': 1}).get_json()
assert r == {'d': '2020-01-01', 's': [1], 'b': {'a': 1, 'seen': 1}, 't': '{"d": "2020-01-01"}', 'seen': 1}, r
with app.app_context():
    assert json.dumps({'a': {1}}, cls=E) == '{"a": [1]}'
    assert json.loads('{"a": 1}', cls=D)['seen'] == 1
class F(Flask):
    json_encoder = E
f = F(__name__)
@f.route('/')
def j(): return jsonify(datetime.date(2020,1,1))
assert f.test_client().get('/').get_json() == '2020-01-01'
"""


def test_encoders(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(ENCODERS)


REQUEST_CHARSET = """
from flask import Flask, request, Request, Response
app = Flask(__name__)
@app.route('/', methods=['GET','POST'])
def i():
    assert request.charset == 'utf-8'
    request.want_form_data_parsed; request.max_form_memory_size
    r = Response('x'); assert r.charset == 'utf-8'
    r = app.make_response(('x', 200)); return r
class R(Response):
    charset = 'utf-8'; default_mimetype = 'text/html'
    @classmethod
    def force_type(cls, rv, environ=None):
        if isinstance(rv, dict):
            from flask import jsonify
            rv = jsonify(rv)
        return super(R, cls).force_type(rv, environ)
app.response_class = R
@app.route('/d')
def d(): return {'a': 1}
c = app.test_client(); assert c.get('/').status_code == 200; assert c.get('/d').get_json() == {'a': 1}
"""


def test_request_charset(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(REQUEST_CHARSET)


ROUTING = """
from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError, Map, Rule, UnicodeConverter, IntegerConverter, RequestRedirect, RuleTemplate, Submount, Subdomain, NotFound, MethodNotAllowed, BuildError, PathConverter, EndpointPrefix, RuleFactory, MapAdapter, AnyConverter, NumberConverter, FloatConverter, UUIDConverter
class Regex(BaseConverter):
    def __init__(self, url_map, *items):
        super(Regex, self).__init__(url_map); self.regex = items[0]
class Lst(BaseConverter):
    def __init__(self, url_map, separator='+'):
        super().__init__(url_map); self.separator = separator
    def to_python(self, value): return value.split(self.separator)
    def to_url(self, values): return self.separator.join(BaseConverter.to_url(self, v) for v in values)
app = Flask(__name__); app.url_map.converters['regex'] = Regex; app.url_map.converters['list'] = Lst
app.url_map.strict_slashes = False
@app.route('/<regex("[abcABC0-9]{4,6}"):uid>-<slug>/')
def example(uid, slug): return "uid: %s, slug: %s" % (uid, slug)
@app.route('/l/<list:v>')
def l(v): return ' '.join(v)
c = app.test_client(); assert c.get('/abc0-foo/').data == b'uid: abc0, slug: foo'; assert c.get('/l/a+b').data == b'a b', c.get('/l/a+b').data
"""


def test_routing(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(ROUTING)


FLASK_TESTSUITE = """
from flask.testing import FlaskClient, make_test_environ_builder
from flask.helpers import get_root_path, url_for, flash, get_flashed_messages, send_file, safe_join, make_response, _endpoint_from_view_func, stream_with_context, get_template_attribute, find_package, get_load_dotenv, is_ip
"""


def test_flask_testsuite(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(FLASK_TESTSUITE)


FLASK_HELPERS_MISC = """
from flask.helpers import locked_cached_property, _PackageBoundObject
"""


def test_flask_helpers_misc(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(FLASK_HELPERS_MISC)


FLASK_SIGNALS = """
from flask import signals_available, signals
from flask.signals import signals_available, Namespace, template_rendered
"""


def test_flask_signals(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(FLASK_SIGNALS)


FLASK_JSON_NAMES = """
from flask.json import dumps, loads, dump, load, htmlsafe_dumps, htmlsafe_dump, tojson_filter, jsonify, JSONEncoder, JSONDecoder, json_available
"""


def test_flask_json_names(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(FLASK_JSON_NAMES)


FLASK_JSON_AVAILABLE = """
from flask import json_available
"""


def test_flask_json_available(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(FLASK_JSON_AVAILABLE)


FLASK_SESSIONS = """
from flask.sessions import SessionInterface, SessionMixin, SecureCookieSessionInterface, SecureCookieSession, TaggedJSONSerializer, session_json_serializer
from itsdangerous import URLSafeTimedSerializer, BadSignature
from werkzeug.datastructures import CallbackDict
from flask import Flask, session
class S(CallbackDict, SessionMixin):
    def __init__(self, initial=None, sid=None):
        def on_update(self): self.modified = True
        CallbackDict.__init__(self, initial, on_update); self.sid = sid; self.modified = False
store = {}
class SI(SessionInterface):
    serializer = session_json_serializer; session_class = S
    def open_session(self, app, request):
        sid = request.cookies.get(app.session_cookie_name)
        if not sid: return S(sid='1')
        return S(store.get(sid), sid=sid)
    def save_session(self, app, session, response):
        domain = self.get_cookie_domain(app)
        if not session: response.delete_cookie(app.session_cookie_name, domain=domain); return
        store[session.sid] = dict(session)
        response.set_cookie(app.session_cookie_name, session.sid, expires=self.get_expiration_time(app, session), httponly=True, domain=domain)
app = Flask(__name__); app.session_interface = SI()
@app.route('/')
def i(): session['n'] = session.get('n', 0) + 1; return str(session['n'])
c = app.test_client(); c.get('/'); assert c.get('/').data == b'2'
"""


def test_flask_sessions(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(FLASK_SESSIONS)


BLUEPRINT_TWICE = """
from flask import Flask, Blueprint
bp = Blueprint('b', __name__)
@bp.route('/')
def i(): return 'x'
app = Flask(__name__)
app.register_blueprint(bp)
app.register_blueprint(bp, url_prefix='/b')
c = app.test_client(); assert c.get('/').data == b'x' and c.get('/b/').data == b'x'
"""


def test_blueprint_twice(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(BLUEPRINT_TWICE)


TWO_BLUEPRINTS_SAME_NAME = """
from flask import Flask, Blueprint
a = Blueprint('b', __name__)
@a.route('/')
def i(): return 'x'
app = Flask(__name__)
app.register_blueprint(a); app.register_blueprint(a)
"""


def test_two_blueprints_same_name(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(TWO_BLUEPRINTS_SAME_NAME)


LATE_BLUEPRINT_ROUTES = """
from flask import Flask, Blueprint
b = Blueprint('b', __name__)
app = Flask(__name__); app.register_blueprint(b)
@b.route('/x')
def i(): return 'x'
app.register_blueprint(b, url_prefix='/z')
"""


def test_late_blueprint_routes(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(LATE_BLUEPRINT_ROUTES)
