# -*- coding:utf-8 -*-
from functools import wraps
from flask import (Blueprint, views, render_template, request, session, redirect,
                   url_for, g, jsonify, abort)
import config
from exts import db, cache
from .forms import LoginForm
from .models import CMSUser, PostModel

cms_bp = Blueprint('cms', __name__, url_prefix='/cms')
front_bp = Blueprint('front', __name__)
calls = []


def login_required(func):
    @wraps(func)
    def inner(*args, **kwargs):
        if config.CMS_USER_ID in session:
            return func(*args, **kwargs)
        return redirect(url_for('cms.login'))
    return inner


@cms_bp.before_request
def before_request():
    if config.CMS_USER_ID in session:
        user = CMSUser.query.get(session.get(config.CMS_USER_ID))
        if user:
            g.cms_user = user


@cms_bp.before_app_first_request
def first():
    calls.append('first')


@cms_bp.context_processor
def cms_context():
    return {'cms_user': getattr(g, 'cms_user', None)}


@cms_bp.route('/')
@login_required
def index():
    return render_template('cms_index.html')


@cms_bp.route('/logout/')
@login_required
def logout():
    del session[config.CMS_USER_ID]
    return redirect(url_for('cms.login'))


class LoginView(views.MethodView):
    def get(self, message=None):
        return render_template('cms_login.html', message=message)

    def post(self):
        form = LoginForm(request.form)
        if form.validate():
            user = CMSUser.query.filter_by(email=form.email.data).first()
            if user and user.check_password(form.password.data):
                session[config.CMS_USER_ID] = user.id
                if form.remember.data:
                    session.permanent = True
                return redirect(url_for('cms.index'))
            return self.get(message='邮箱或密码错误')
        return self.get(message=form.get_error())


class PostView(views.View):
    methods = ['POST']
    decorators = [login_required]

    def dispatch_request(self):
        if not request.json:
            return jsonify({'code': 400, 'message': '没有数据'})
        post = PostModel(title=request.json['title'], author=g.cms_user)
        db.session.add(post)
        db.session.commit()
        return jsonify({'code': 200, 'message': '', 'data': {'id': post.id}})


cms_bp.add_url_rule('/login/', view_func=LoginView.as_view('login'))
cms_bp.add_url_rule('/apost/', view_func=PostView.as_view('apost'))


@front_bp.route('/')
def home():
    page = request.args.get('page', type=int, default=1)
    pagination = PostModel.query.paginate(page, config.PER_PAGE, False)
    return render_template('front_index.html', pagination=pagination)


@front_bp.route('/count/')
@cache.cached(timeout=60)
def count():
    calls.append('count')
    return str(PostModel.query.count())


@front_bp.route('/session/')
def show_session():
    return jsonify(calls=calls)


@front_bp.app_errorhandler(404)
def page_not_found(error):
    return '没有这个页面', 404
