"""If this passes, what public Flask apps of 2014 to 2021 do works as they write it."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")


SCRIPT_CUSTOM_COMMAND = """
from flask import Flask
from flask.ext.script import Manager, Command, Option, Server, Shell
app = Flask(__name__)
manager = Manager(app, usage="Perform database operations", with_default_commands=False)
class Hello(Command):
    "prints hello world"
    option_list = (Option('--name', '-n', dest='name', default='joe'),)
    def run(self, name):
        print("hello %s" % name)
        return name
class Old(Command):
    def __init__(self, default_name='Joe'):
        self.default_name = default_name
    def get_options(self):
        return [Option('-n', '--name', dest='name', default=self.default_name)]
    def run(self, name):
        print("hello", name); open('said','w').write(name)
class CustomServer(Server):
    def __call__(self, app, *args, **kwargs):
        return Server.__call__(self, app, *args, **kwargs)
manager.add_command('hello', Hello())
manager.add_command('old', Old())
manager.add_command("runserver", Server(use_debugger=True, use_reloader=True, host='0.0.0.0', port=9000, threaded=True, passthrough_errors=False))
manager.add_command("run2", CustomServer())
manager.add_command("shell", Shell(make_context=lambda: dict(app=app), banner='hi', use_ipython=False, use_bpython=False))
manager.add_option('-c', '--config', dest='config', required=False)
@manager.option('-n', '--name', dest='name', default='x', help='n')
@manager.option('-u', '--url', dest='url', default=None)
def both(name, url):
    open('said','w').write("%s %s" % (name, url))
@manager.command
def test(coverage=False, verbosity=1):
    "Run tests"
    open('said','w').write("%s %s" % (coverage, verbosity))
def go(*a):
    import sys
    sys.argv = ['manage.py'] + list(a)
    try: manager.run(default_command='hello')
    except SystemExit as e: assert e.code in (0, None, 'joe'), e.code
go('old', '-n', 'ann'); assert open('said').read() == 'ann'
go('both', '-n', 'b', '-u', 'http://x'); assert open('said').read() == 'b http://x'
go('test', '--coverage', '-v', '2'); assert open('said').read() == 'True 2'
go()
assert manager.handle('manage.py', 'hello --name=joe'.split()) in (None, 'joe', 0)
"""


def test_script_custom_command(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(SCRIPT_CUSTOM_COMMAND)


SCRIPT_APP_FACTORY = """
from flask import Flask
from flask_script import Manager, prompt_bool, prompt, prompt_pass, prompt_choices
from flask_migrate import Migrate, MigrateCommand
from flask_sqlalchemy import SQLAlchemy
db = SQLAlchemy()
def create_app(config=None):
    app = Flask(__name__); app.config['CFG'] = config
    app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///x.db'
    db.init_app(app); Migrate(app, db)
    return app
manager = Manager(create_app)
manager.add_option('-c', '--config', dest='config', required=False)
manager.add_command('db', MigrateCommand)
database_manager = Manager(usage='sub')
@database_manager.command
def init():
    from flask import current_app
    db.create_all(); open('said','w').write(str(current_app.config['CFG']))
manager.add_command('database', database_manager)
import sys
sys.argv = ['manage.py', '-c', 'prod', 'database', 'init']
try: manager.run()
except SystemExit as e: assert not e.code
assert open('said').read() == 'prod'
"""


def test_script_app_factory(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(SCRIPT_APP_FACTORY)


EXT_STAR = """
from flask.ext.sqlalchemy import *
from flask.ext.login import *
from flask.ext.wtf import *
from flask.ext.script import *
SQLAlchemy; LoginManager; Form; Manager
"""


def test_ext_star(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(EXT_STAR)


EXT_IMPORT_MODULE = """
import flask.ext.sqlalchemy
import flask.ext.login as fl
from flask.ext import login, wtf, sqlalchemy as sa
sa.SQLAlchemy; fl.LoginManager; wtf.Form; flask.ext.sqlalchemy.SQLAlchemy
"""


def test_ext_import_module(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(EXT_IMPORT_MODULE)


EXT_SQLALCHEMY_DEEP = """
from flask.ext.wtf.csrf import CsrfProtect
from flask_wtf import Form, TextField, Required, validators
from flask.ext.wtf.html5 import EmailField
"""


def test_ext_sqlalchemy_deep(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(EXT_SQLALCHEMY_DEEP)


FLASK_WTF_OLD_REEXPORTS = """
from flask_wtf import Form, TextField, PasswordField, BooleanField, validators, SubmitField, fields, widgets, Required, Email, EqualTo, Length, TextAreaField, SelectField, HiddenField, FileField, file_allowed, file_required, IntegerField, ValidationError
"""


def test_flask_wtf_old_reexports(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(FLASK_WTF_OLD_REEXPORTS)


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


SESSION_RAW = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
app = Flask(__name__); app.config['SQLALCHEMY_DATABASE_URI']='sqlite://'
app.config['SQLALCHEMY_TRACK_MODIFICATIONS']=True
app.config['SQLALCHEMY_POOL_RECYCLE']=30
db = SQLAlchemy(app)
tags = db.Table('tags', db.Column('tag_id', db.Integer, db.ForeignKey('tag.id')), db.Column('post_id', db.Integer, db.ForeignKey('post.id')))
class Tag(db.Model):
    id = db.Column(db.Integer, primary_key=True); name = db.Column(db.String(10))
class Post(db.Model):
    __tablename__ = 'post'
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.Unicode(80), unique=True)
    tags = db.relationship('Tag', secondary=tags, backref=db.backref('posts', lazy='dynamic'), lazy='dynamic')
    comments = db.relationship('Comment', backref='post', lazy='dynamic', cascade='all, delete-orphan')
class Comment(db.Model):
    id = db.Column(db.Integer, primary_key=True); body = db.Column(db.Text)
    post_id = db.Column(db.Integer, db.ForeignKey('post.id'))
db.create_all()
for i in range(25):
    db.session.add(Post(title=u'p%d' % i))
db.session.commit()
assert db.session.execute('select count(*) from post').scalar() == 25
assert db.session.execute('select * from post where id = :id', {'id': 3}).fetchone()['title'] == 'p2'
assert db.session.execute("select id, title from post").first().title == 'p0'
assert db.engine.execute('select count(*) from post').fetchone()[0] == 25
r = db.engine.execute('select * from post limit 1')
for row in r: assert dict(row)['id'] == 1, dict(row)
assert [dict(row.items()) for row in db.engine.execute('select id from post limit 1')] == [{'id': 1}]
db.session.connection().execute('select 1')
assert Post.query.get_or_404(1).id == 1
assert Post.query.first_or_404()
p = Post.query.paginate(2, 10, False)
assert len(p.items) == 10 and p.has_next and p.has_prev and p.pages == 3 and list(p.iter_pages()) == [1,2,3]
p2 = Post.query.order_by(Post.id.desc()).paginate(1, per_page=20, error_out=False)
post = Post.query.get(1)
post.tags.append(Tag(name='x')); db.session.commit()
assert post.tags.count() == 1 and post.tags.first().posts.all() == [post]
c = Comment(body='c', post=post); db.session.add(c); db.session.commit()
assert post.comments.filter_by(body='c').count() == 1
assert Post.query.filter("id > 20").count() == 5
assert Post.query.filter("id > :n").params(n=20).count() == 5
assert Post.query.order_by("id desc").first().id == 25
Post.query.options(db.joinedload('comments')).all() if False else 1
"""


def test_session_raw(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(SESSION_RAW)


LOGIN_CALLED = """
from flask import Flask, g
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user, login_required, AnonymousUserMixin
app = Flask(__name__); app.secret_key='x'
lm = LoginManager(); lm.setup_app(app) if hasattr(lm, 'setup_app') else lm.init_app(app)
lm.session_protection = 'strong'; lm.login_view = 'login'; lm.login_message = u'please'
class U(UserMixin):
    id = 1
    def get_id(self): return unicode_(self.id)
unicode_ = str
class Anon(AnonymousUserMixin):
    name = 'anon'
    def can(self, p): return False
lm.anonymous_user = Anon
@lm.user_loader
def load(i): return U()
@lm.unauthorized_handler
def un(): return 'no', 401
@lm.token_loader
def tl(t): return None
@lm.header_loader
def hl(t): return None
@app.route('/login')
def login(): login_user(U(), remember=True); return 'in'
@app.route('/me')
def me():
    g.user = current_user
    if current_user.is_authenticated(): return 'yes'
    assert current_user.is_anonymous()
    return 'no'
@app.route('/s')
@login_required
def s(): return 'secret'
c = app.test_client()
assert c.get('/me').data == b'no'; assert c.get('/s').status_code == 401
c.get('/login'); assert c.get('/me').data == b'yes'; assert c.get('/s').data == b'secret'
"""


def test_login_called(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(LOGIN_CALLED)


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


FLASK_CACHE_DOTTED = """
from flask import Flask
from flask.ext.cache import Cache
app = Flask(__name__)
app.config['CACHE_TYPE'] = 'flask.ext.cache.backends.simple'
cache = Cache(app, config={'CACHE_TYPE': 'simple'})
n=[]
@app.route('/')
@cache.cached(timeout=50, key_prefix='view/%s')
def i(): n.append(1); return 'x'
@cache.memoize(timeout=50)
def big(a, b): n.append(2); return a+b
c=app.test_client(); c.get('/'); c.get('/'); assert n == [1]
with app.app_context():
    big(1,2); big(1,2); assert n == [1,2]; cache.delete_memoized(big, 1, 2); big(1,2); assert n == [1,2,2]
    cache.set('a', 1); assert cache.get('a') == 1; cache.delete('a'); cache.clear()
"""


def test_flask_cache_dotted(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(FLASK_CACHE_DOTTED)


FLASK_CACHING_TYPES = """
from flask import Flask
from flask_caching import Cache
for t in ('null','simple','filesystem','flask_caching.backends.SimpleCache','flask_caching.backends.simple','flask_caching.backends.NullCache','flask_caching.backends.filesystem','SimpleCache','FileSystemCache','NullCache','uwsgi' if False else 'null'):
    app = Flask(__name__)
    c = Cache(config={'CACHE_TYPE': t, 'CACHE_DIR': 'c', 'CACHE_THRESHOLD': 10, 'CACHE_DEFAULT_TIMEOUT': 30, 'CACHE_NO_NULL_WARNING': True}); c.init_app(app)
    with app.app_context(): c.set('a', 1); c.get('a')
"""


def test_flask_caching_types(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(FLASK_CACHING_TYPES)


FLASK_CACHE_CUSTOM_BACKEND = """
from flask import Flask
from flask_cache import Cache
app = Flask(__name__)
cache = Cache(app, config={'CACHE_TYPE': 'redis', 'CACHE_KEY_PREFIX': 'fcache', 'CACHE_REDIS_HOST': 'localhost', 'CACHE_REDIS_PORT': '6379', 'CACHE_REDIS_URL': 'redis://localhost:6379'})
"""


def test_flask_cache_custom_backend(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(FLASK_CACHE_CUSTOM_BACKEND)


DEBUGTOOLBAR = """
from flask import Flask
from flask_debugtoolbar import DebugToolbarExtension
from flask_debugtoolbar.panels import DebugPanel
"""


def test_debugtoolbar(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(DEBUGTOOLBAR)


DEBUGTOOLBAR2 = """
from flask import Flask
from flask.ext.debugtoolbar import DebugToolbarExtension
import flask_debugtoolbar
app = Flask(__name__)
app.debug = True
app.config['SECRET_KEY'] = 'x'
app.config['DEBUG_TB_INTERCEPT_REDIRECTS'] = False
app.config['DEBUG_TB_PANELS'] = ['flask_debugtoolbar.panels.versions.VersionDebugPanel', 'flask_debugtoolbar.panels.timer.TimerDebugPanel']
toolbar = DebugToolbarExtension(app)
from flask_debugtoolbar.panels import DebugPanel
class My(DebugPanel):
    name = 'my'; has_content = True
    def nav_title(self): return 'x'
toolbar = DebugToolbarExtension(); toolbar.init_app(app)
@app.route('/')
def i(): return '<body>x</body>'
assert app.test_client().get('/').status_code == 200
"""


def test_debugtoolbar2(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(DEBUGTOOLBAR2)


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


CONTRIB_OTHER = """
from werkzeug.contrib.fixers import ProxyFix, CGIRootFix, LighttpdCGIRootFix
from werkzeug.contrib.limiter import StreamLimitMiddleware
"""


def test_contrib_other(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(CONTRIB_OTHER)


CELERY_SINGLE_INSTANCE = """
from flask import Flask
from flask_celery import Celery, single_instance
from flask.ext.celery import Celery as C2
app = Flask(__name__)
app.config.update(CELERY_BROKER_URL='memory://', CELERY_RESULT_BACKEND='cache+memory://', CELERY_ALWAYS_EAGER=True, CELERY_TASK_LOCK_BACKEND='redis://localhost')
celery = Celery(app)
n=[]
@celery.task(bind=True)
@single_instance
def add(self, a, b): n.append(1); return a + b
@celery.task(bind=True, name='x')
@single_instance(lock_timeout=10, include_args=True)
def add2(self, a, b): return a + b
assert add.delay(1, 2).get() == 3, 1
assert add2.delay(1, 2).get() == 3, 1
"""


def test_celery_single_instance(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(CELERY_SINGLE_INSTANCE)


CELERY_FACTORY = """
from flask import Flask
from celery import Celery
def make_celery(app):
    celery = Celery(app.import_name, backend=app.config['CELERY_RESULT_BACKEND'], broker=app.config['CELERY_BROKER_URL'])
    celery.conf.update(app.config)
    TaskBase = celery.Task
    class ContextTask(TaskBase):
        abstract = True
        def __call__(self, *args, **kwargs):
            with app.app_context():
                return TaskBase.__call__(self, *args, **kwargs)
    celery.Task = ContextTask
    return celery
app = Flask(__name__)
app.config.update(CELERY_BROKER_URL='memory://', CELERY_RESULT_BACKEND='cache+memory://', CELERY_ALWAYS_EAGER=True, CELERYD_CONCURRENCY=1, CELERY_TASK_SERIALIZER='json', CELERY_ACCEPT_CONTENT=['json'], CELERY_TIMEZONE='UTC')
celery = make_celery(app)
@celery.task()
def add(a, b):
    from flask import current_app
    return a + b + len(current_app.name[:0])
assert add.delay(1, 2).get() == 3
from celery.task import periodic_task, task, Task
from celery.schedules import crontab
from celery.task.schedules import crontab as c2
from celery.decorators import task as t2, periodic_task
from celery.utils.log import get_task_logger
from celery.task.control import inspect, revoke

from celery import current_task
"""


def test_celery_factory(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(CELERY_FACTORY)


CELERY_RESULT_NAMES = """
from celery.result import AsyncResult
from celery.task.sets import TaskSet, subtask
from celery import group, chain, chord
from celery.task import subtask as s3
"""


def test_celery_result_names(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(CELERY_RESULT_NAMES)


UPLOADS = """
from flask import Flask, request
from flask_uploads import UploadSet, configure_uploads, IMAGES, patch_request_class, UploadNotAllowed
app = Flask(__name__)
app.config['UPLOADED_PHOTOS_DEST'] = 'up'
app.config['UPLOADED_PHOTOS_ALLOW'] = IMAGES
photos = UploadSet('photos', IMAGES)
configure_uploads(app, (photos,)); patch_request_class(app, 16*1024*1024)
"""


def test_uploads(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(UPLOADS)


JINJA_EXT_HABITS = """
from flask import Flask, render_template_string
from jinja2 import Environment, FileSystemLoader, Markup, escape, contextfunction, environmentfilter, evalcontextfilter, Undefined, PackageLoader
from jinja2.utils import Markup, escape, contextfunction, soft_unicode, LRUCache
from jinja2.filters import do_truncate, environmentfilter, contextfilter
from jinja2.loaders import ModuleLoader
from markupsafe import soft_unicode as s2
app = Flask(__name__)
app.jinja_env.add_extension('jinja2.ext.loopcontrols'); app.jinja_env.add_extension('jinja2.ext.autoescape'); app.jinja_env.add_extension('jinja2.ext.with_')
app.jinja_options = dict(Flask.jinja_options, extensions=['jinja2.ext.autoescape','jinja2.ext.with_','jinja2.ext.do'])
app.jinja_env.line_statement_prefix = '%'
app.jinja_env.trim_blocks = True
class App(Flask):
    jinja_options = Flask.jinja_options.copy(); jinja_options.update(dict(block_start_string='<%', block_end_string='%>', variable_start_string='%%', variable_end_string='%%', comment_start_string='<#', comment_end_string='#>'))
a = App(__name__)
with a.app_context(): assert render_template_string('%%x%%', x=1) == '1'
"""


def test_jinja_ext_habits(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(JINJA_EXT_HABITS)


WTFORMS_OLD = """
from wtforms import *
from wtforms.validators import *
from flask_wtf import Form
from wtforms import TextField, validators, Form as WForm, ext
from wtforms.fields import TextField, StringField, SelectField
from wtforms.fields.core import StringField as S2, SelectField as S3, Field, UnboundField, Label
from wtforms.fields.simple import TextAreaField, HiddenField
from wtforms.fields.html5 import EmailField, DateField, TelField, URLField, IntegerField
from wtforms.widgets import TextArea, html_params, HTMLString, ListWidget, CheckboxInput
from wtforms.widgets.core import HTMLString as H2, Input
from wtforms.ext.sqlalchemy.fields import QuerySelectField
from wtforms.ext.sqlalchemy.orm import model_form
from wtforms.ext.csrf.form import SecureForm
from wtforms.ext.csrf.session import SessionSecureForm
from wtforms.ext.i18n.form import Form as IForm
from flask import Flask
app = Flask(__name__); app.secret_key='x'; app.config['CSRF_ENABLED'] = True; app.config['WTF_CSRF_ENABLED'] = False
class L(Form):
    openid = TextField('openid', validators=[Required(), Length(1, 3)])
    remember_me = BooleanField('remember_me', default=False)
    ip = TextField('i', [validators.Optional(), validators.IPAddress()])
    s = SelectField('s', choices=[('a','A')], coerce=str)
    n = TextField('n', [validators.required(), validators.length(max=5)])
with app.test_request_context(method='POST', data={'openid': 'a', 's': 'a', 'n': 'x'}):
    f = L(); assert f.validate_on_submit() in (True, False)
with app.test_request_context(method='POST', data={'openid': 'a', 's': 'a', 'n': 'x'}):
    f = L(csrf_enabled=False); f.hidden_tag(); f.openid(class_='x', size=3); f.errors
    assert HTMLString('x').__html__() == 'x'
"""


def test_wtforms_old(run_old, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    run_old(WTFORMS_OLD)
