from flask import Blueprint, Flask, jsonify, redirect, render_template_string, request, url_for
from flask_login import current_user, login_required, login_user, logout_user

from .extensions import cache, csrf, db, login_manager
from .user import LoginForm, RegisterForm, User

blueprint = Blueprint('public', __name__)
opened = []


@login_manager.user_loader
def load_user(user_id):
    return User.get_by_id(int(user_id))


@blueprint.before_app_first_request
def first():
    opened.append(1)


@blueprint.route('/', methods=['GET', 'POST'])
def home():
    form = LoginForm(request.form)
    if request.method == 'POST' and form.validate_on_submit():
        login_user(form.user)
        return redirect(request.args.get('next') or url_for('public.members'))
    return render_template_string('{{ form.errors }}{% if current_user.is_anonymous() %}?{% endif %}', form=form)


@blueprint.route('/register', methods=['POST'])
def register():
    form = RegisterForm()
    if form.validate_on_submit():
        user = User(username=form.username.data)
        user.set_password(form.password.data)
        user.save()
        return redirect(url_for('public.home'))
    return jsonify(form.errors), 400


@blueprint.route('/members')
@login_required
def members():
    page = User.query.paginate(int(request.args.get('page', 1)), 20, False)
    return jsonify(me=current_user.username, all=[u.username for u in page.items], count=count())


@cache.memoize(timeout=60)
def count():
    return User.query.count()


@blueprint.route('/logout')
@login_required
def logout():
    logout_user()
    return redirect(url_for('public.home'))


def create_app(config_object):
    app = Flask(__name__.split('.')[0])
    app.config.from_object(config_object)
    for extension in (cache, db, csrf, login_manager):
        extension.init_app(app)
    login_manager.login_view = 'public.home'
    app.register_blueprint(blueprint)
    return app
