# -*- coding: utf-8 -*-
import time
import datetime

from flask import (Flask, Markup, _request_ctx_stack, abort, flash, g, json, jsonify,
                   redirect, render_template, request, session, url_for)
from flask.ext.cache import Cache
from flask.ext.login import (LoginManager, UserMixin, current_user, login_required,
                             login_user, logout_user)
from flask.ext.sqlalchemy import SQLAlchemy, get_debug_queries
from flask.ext.wtf import Form
from itsdangerous import BadSignature, SignatureExpired, TimedJSONWebSignatureSerializer
from sqlalchemy.sql import func, select
from werkzeug import check_password_hash, generate_password_hash
from werkzeug.contrib.fixers import ProxyFix
from werkzeug.urls import url_encode
from wtforms import PasswordField, SelectField, TextField, validators

app = Flask(__name__, static_path='/assets')
app.config.update(
    SECRET_KEY='dev',
    SQLALCHEMY_DATABASE_URI='sqlite://',
    SQLALCHEMY_COMMIT_ON_TEARDOWN=True,
    SQLALCHEMY_RECORD_QUERIES=True,
    SQLALCHEMY_TRACK_MODIFICATIONS=False,
    CACHE_TYPE='simple',
    JSONIFY_PRETTYPRINT_REGULAR=False,
    SLOW_QUERY=0.5,
)
app.wsgi_app = ProxyFix(app.wsgi_app)
app.jinja_env.add_extension('jinja2.ext.with_')
app.jinja_env.add_extension('jinja2.ext.autoescape')

db = SQLAlchemy(app)
cache = Cache(app)
login_manager = LoginManager(app)
login_manager.login_view = 'login'


class User(db.Model, UserMixin):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.Unicode(40), unique=True)
    pw_hash = db.Column(db.String(120))

    def __init__(self, name, password):
        self.name = name
        self.pw_hash = generate_password_hash(password)

    def check(self, password):
        return check_password_hash(self.pw_hash, password)

    def token(self, expires=600):
        s = TimedJSONWebSignatureSerializer(app.config['SECRET_KEY'], expires_in=expires)
        return s.dumps({'id': self.id})

    @staticmethod
    def from_token(token):
        s = TimedJSONWebSignatureSerializer(app.config['SECRET_KEY'])
        try:
            data = s.loads(token)
        except SignatureExpired:
            return None
        except BadSignature:
            return None
        return User.query.get(data['id'])


class Poll(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    question = db.Column(db.Unicode(200), nullable=False)
    pub_date = db.Column(db.DateTime, default=datetime.datetime.utcnow)
    choices = db.relationship('Choice', backref='poll', lazy='dynamic')


class Choice(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    text = db.Column(db.Unicode(80))
    votes = db.Column(db.Integer, default=0)
    poll_id = db.Column(db.Integer, db.ForeignKey('poll.id'))


class LoginForm(Form):
    name = TextField('Name', [validators.Required(), validators.Length(max=40)])
    password = PasswordField('Password', [validators.Required()])

    def validate(self):
        if not super(LoginForm, self).validate():
            return False
        self.user = User.query.filter_by(name=self.name.data).first()
        if self.user is None or not self.user.check(self.password.data):
            self.password.errors.append('Wrong name or password')
            return False
        return True


@login_manager.user_loader
def load_user(id):
    return User.query.get(int(id))


@app.before_first_request
def setup():
    db.create_all()


@app.before_request
def start_timer():
    g.started = time.time()
    _request_ctx_stack.top.poll_trace = []


@app.after_request
def report_slow_queries(response):
    for query in get_debug_queries():
        _request_ctx_stack.top.poll_trace.append(query.statement)
        if query.duration >= app.config['SLOW_QUERY']:
            app.logger.warn('SLOW: %s %s', query.statement, query.parameters)
    response.headers['X-Queries'] = str(len(_request_ctx_stack.top.poll_trace))
    return response


@app.template_filter('nl2br')
def nl2br(value):
    return Markup('<br>').join(Markup.escape(line) for line in value.splitlines())


@app.route('/')
@app.route('/page/<int:page>')
def index(page=1):
    polls = Poll.query.order_by(Poll.id.desc()).paginate(page, 5, False)
    return render_template('index.html', polls=polls,
                           qs=url_encode({'page': page + 1}))


@app.route('/login', methods=['GET', 'POST'])
def login():
    form = LoginForm(csrf_enabled=False)
    if form.validate_on_submit():
        login_user(form.user)
        flash(u'Welcome back')
        return redirect(request.args.get('next') or url_for('index'))
    return render_template('login.html', form=form)


@app.route('/logout')
@login_required
def logout():
    logout_user()
    return redirect(url_for('index'))


@app.route('/new', methods=['POST'])
@login_required
def new():
    if not current_user.is_authenticated():
        abort(403)
    poll = Poll(question=request.form['question'])
    db.session.add(poll)
    db.session.flush()
    for text in request.form.getlist('choice'):
        db.session.add(Choice(text=text, poll_id=poll.id))
    return redirect(url_for('show', id=poll.id))


@app.route('/poll/<int:id>')
def show(id):
    poll = Poll.query.get_or_404(id)
    return jsonify(question=poll.question, choices=dict((c.text, c.votes) for c in poll.choices))


@app.route('/vote/<int:id>', methods=['POST'])
def vote(id):
    choice = Choice.query.get(id) or abort(404)
    choice.votes += 1
    if request.is_xhr:
        return jsonify(votes=choice.votes)
    return redirect(url_for('show', id=choice.poll_id))


@app.route('/total')
@cache.cached(timeout=1, key_prefix='total')
def total():
    count = db.session.execute(select([func.count(Choice.id)])).scalar()
    rows = db.engine.execute('SELECT count(*) FROM poll').fetchall()
    return json.dumps({'choices': count, 'polls': rows[0][0]})


@app.route('/api/me')
def me():
    user = User.from_token(request.headers.get('X-Token', ''))
    if user is None:
        return jsonify(error='bad token'), 401
    return jsonify(name=user.name)
