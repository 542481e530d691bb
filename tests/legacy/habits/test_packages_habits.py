"""If this passes, habits with caches, Celery, Jinja, WTForms and uploads work."""

import pytest

pytestmark = pytest.mark.filterwarnings("ignore")

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
app.config.update(CELERY_BROKER_URL='memory://', CELERY_RESULT_BACKEND='cache+memory://', CELERY_ALWAYS_EAGER=True)
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
