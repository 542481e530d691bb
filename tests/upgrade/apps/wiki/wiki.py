import collections
import os
from io import BytesIO

from flask import Flask, Markup, escape, abort, redirect, render_template, request, safe_join, send_file, url_for
from jinja2 import Environment, contextfilter
from werkzeug import secure_filename, url_encode
from werkzeug.contrib.cache import SimpleCache
from werkzeug.contrib.fixers import ProxyFix
from werkzeug.urls import url_quote, url_unquote
from werkzeug.utils import unescape
from werkzeug.wrappers import BaseResponse
from werkzeug.wsgi import SharedDataMiddleware


class Wiki(Flask):
    jinja_options = dict(Flask.jinja_options, extensions=[
        'jinja2.ext.autoescape', 'jinja2.ext.with_', 'jinja2.ext.do'])


app = Wiki(__name__, static_path='/media')
app.wsgi_app = ProxyFix(app.wsgi_app)
app.wsgi_app = SharedDataMiddleware(app.wsgi_app, {'/shared': os.path.dirname(__file__)})
app.send_file_max_age_default = 60
app.config['JSON_AS_ASCII'] = False
cache = SimpleCache()
pages = {}


class Page(collections.MutableMapping):
    def __init__(self, name, text):
        self.name, self.text, self.meta = name, text, {'size': len(text)}

    def __getitem__(self, key):
        return self.meta[key]

    def __setitem__(self, key, value):
        self.meta[key] = value

    def __delitem__(self, key):
        del self.meta[key]

    def __iter__(self):
        return iter(self.meta)

    def __len__(self):
        return len(self.meta)


@app.template_filter()
@contextfilter
def wikify(context, text):
    return Markup('<p>%s</p>') % escape(text)


@app.route('/page/<name>', methods=['GET', 'POST'])
def page(name):
    if request.method == 'POST':
        pages[name] = Page(name, request.form['text'])
        cache.delete(name)
        return redirect(url_for('page', name=name))
    if name not in pages:
        abort(404)
    html = cache.get(name)
    if html is None:
        html = render_template('page.html', page=pages[name])
        cache.set(name, html, timeout=60)
    return html


@app.route('/links')
def links():
    if request.is_xhr:
        return url_encode({'next': url_unquote('a%20b')})
    return unescape('&lt;') + url_quote(u'\xfc') + secure_filename('../a b.txt')


@app.route('/export/<path:name>')
def export(name):
    path = safe_join('/wiki', name)
    return send_file(BytesIO(b'text'), attachment_filename=os.path.basename(path),
                     as_attachment=True, mimetype='text/plain', cache_timeout=5)


@app.errorhandler(404)
def missing(error):
    return BaseResponse('no page', status=404)


if __name__ == '__main__':
    app.run(debug=True)
