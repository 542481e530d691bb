from flask import render_template, redirect, url_for, request, current_app, Markup
from flask.ext.login import current_user, login_required
from flask.ext.sqlalchemy import get_debug_queries
from . import main
from .forms import PostForm
from .. import db
from ..models import Post, User

started = []


@main.before_app_first_request
def note_start():
    started.append(current_app.name)


@main.after_app_request
def after_request(response):
    for query in get_debug_queries():
        if query.duration >= current_app.config['SLOW_QUERY']:
            current_app.logger.info('Slow query: %s', query.statement)
    return response


@main.route('/', methods=['GET', 'POST'])
def index():
    form = PostForm()
    if current_user.is_authenticated() and form.validate_on_submit():
        post = Post(body=form.body.data, author=current_user._get_current_object())
        db.session.add(post)
        return redirect(url_for('.index'))
    page = request.args.get('page', 1, type=int)
    pagination = Post.query.order_by(Post.timestamp.desc()).paginate(
        page, per_page=current_app.config['POSTS_PER_PAGE'], error_out=False)
    note = Markup('<em>%s</em>') % pagination.total
    return render_template('index.html', form=form, posts=pagination.items, note=note)


@main.route('/user/<int:id>')
def user(id):
    user = User.query.get_or_404(id)
    posts = user.posts.order_by('timestamp desc').all()
    return render_template('user.html', user=user, posts=posts)


@main.route('/secret')
@login_required
def secret():
    return 'Only authenticated users are allowed!'
