# encoding: utf-8
from functools import wraps
from flask import Blueprint, views, render_template, request, session, redirect, url_for, g, jsonify, abort
from flask_wtf import Form
from wtforms import TextField, IntegerField
from wtforms.validators import Required, Length, InputRequired
from models import CMSUser, Banner
from exts import db
import config

bp = Blueprint('cms', __name__, subdomain='cms')
front = Blueprint('front', __name__)


class LoginForm(Form):
    username = TextField(validators=[Required(message=u'请输入用户名')])
    password = TextField(validators=[Length(3, 20, message=u'密码长度不够')])


class BannerForm(Form):
    name = TextField(validators=[InputRequired()])
    priority = IntegerField()


def login_required(func):
    @wraps(func)
    def inner(*args, **kwargs):
        if config.CMS_USER_ID in session:
            return func(*args, **kwargs)
        return redirect(url_for('cms.login'))
    return inner


@bp.before_request
def before_request():
    if config.CMS_USER_ID in session:
        user = CMSUser.query.get(session.get(config.CMS_USER_ID))
        if user:
            g.cms_user = user


@bp.context_processor
def cms_context():
    return {'cms_user': getattr(g, 'cms_user', None)}


class LoginView(views.MethodView):
    def get(self, message=None):
        return render_template('cms/login.html', message=message)

    def post(self):
        form = LoginForm(request.form, csrf_enabled=False)
        if not form.validate():
            return self.get(message=form.errors.popitem()[1][0])
        user = CMSUser.query.filter_by(username=form.username.data).first()
        if user and user.check_password(form.password.data):
            session[config.CMS_USER_ID] = user.id
            session.permanent = True
            return redirect(url_for('cms.index'))
        return self.get(message=u'用户名或密码错误')


bp.add_url_rule('/login/', view_func=LoginView.as_view('login'))


@bp.route('/')
@login_required
def index():
    return render_template('cms/index.html', banners=Banner.query.all())


@bp.route('/abanner/', methods=['POST'])
@login_required
def add_banner():
    form = BannerForm(request.form, csrf_enabled=False)
    if not form.validate():
        return jsonify({'code': 400, 'message': u'参数错误'})
    banner = Banner(name=form.name.data, priority=form.priority.data, author=g.cms_user)
    db.session.add(banner)
    db.session.commit()
    return jsonify(code=200, message='', data={'count': g.cms_user.banners.count()})


@bp.errorhandler(404)
def page_not_found(e):
    return u'cms 404', 404


@bp.route('/missing/')
def missing():
    abort(404)


@front.route('/')
def home():
    return u' '.join(b.name for b in Banner.query.limit(4))


@front.route('/', subdomain='<name>')
def visitor(name):
    return u'the site of ' + name
