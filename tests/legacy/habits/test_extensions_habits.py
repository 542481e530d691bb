"""If this passes, habits with Flask-Script, Flask-SQLAlchemy and Flask-Login work."""

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
