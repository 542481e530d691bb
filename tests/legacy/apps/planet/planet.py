# encoding: utf-8
"""A planet of feeds: Atom, static files, a dispatcher and sessions of Werkzeug, of 2012."""
import os
import cgi
import inspect
from datetime import datetime
from distutils.util import strtobool
from distutils.version import StrictVersion
from flask import Flask, request, send_file, send_from_directory, make_response, escape, abort
from werkzeug.contrib.atom import AtomFeed, FeedEntry
from werkzeug.contrib.sessions import FilesystemSessionStore, SessionMiddleware
from werkzeug.wsgi import SharedDataMiddleware, DispatcherMiddleware
from werkzeug import secure_filename, Headers, url_quote_plus
from werkzeug.routing import BaseConverter, NotFound
from werkzeug.exceptions import HTTPException
from jinja2 import Markup, environmentfilter
from StringIO_ import text_file

app = Flask(__name__, static_path='/media')
app.config['DEBUG'] = strtobool(os.environ.get('PLANET_DEBUG', 'no'))
POSTS = [(u'Zürich & co', u'<p>body</p>', datetime(2012, 5, 1)), (u'第二', u'text', datetime(2012, 6, 1))]


class YearConverter(BaseConverter):
    regex = r'\d{4}'

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


app.url_map.converters['year'] = YearConverter


@environmentfilter
def shorten(env, value, n=5):
    return Markup('<i>%s</i>') % value[:n]


app.jinja_env.filters['shorten'] = shorten


@app.route('/feed.atom')
def feed():
    atom = AtomFeed('Planet', feed_url=request.url, url=request.host_url, subtitle='All of it',
                    author={'name': 'me', 'email': 'me@example.com'})
    for n, (title, body, at) in enumerate(POSTS):
        atom.add(FeedEntry(title, body, content_type='html', url=request.host_url + str(n), updated=at, published=at))
    return atom.get_response()


@app.route('/year/<year:year>')
def year(year):
    posts = [title for title, body, at in POSTS if at.year == year]
    if not posts:
        raise NotFound()
    return u'<br>'.join(escape(title) for title in posts)


@app.route('/file')
def file():
    return send_file(text_file(u'hello'), attachment_filename='hello.txt', as_attachment=True, cache_timeout=60)


@app.route('/upload', methods=['POST'])
def upload():
    f = request.files['f']
    return secure_filename(f.filename)


@app.route('/visits')
def visits():
    session = request.environ['werkzeug.session']
    session['n'] = session.get('n', 0) + 1
    return '%s %s' % (session['n'], cgi.escape(request.args.get('name', '<me>')))


@app.errorhandler(HTTPException)
def lost(e):
    return 'lost %s' % e.code, e.code


app.wsgi_app = SessionMiddleware(app.wsgi_app, FilesystemSessionStore('sessions'))
app.wsgi_app = SharedDataMiddleware(app.wsgi_app, {'/pictures': os.path.dirname(os.path.abspath(__file__)) + '/pictures'})
application = DispatcherMiddleware(app, {'/planet': app})

if __name__ == '__main__':
    from werkzeug import run_simple
    run_simple('localhost', 5000, application, use_reloader=True)
