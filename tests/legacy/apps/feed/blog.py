"""A blog with a feed, a cache and a counter, of Werkzeug's contrib of 2012."""
from datetime import datetime
from flask import Flask, request, url_for, json, jsonify, render_template_string
from werkzeug.contrib.atom import AtomFeed
from werkzeug.contrib.cache import SimpleCache
from werkzeug.contrib.securecookie import SecureCookie
from werkzeug.urls import url_quote, url_decode, url_parse, url_join
from werkzeug import url_encode, cached_property, BaseResponse, MultiDict
from jinja2 import Markup, contextfilter, evalcontextfilter, escape
from collections import Mapping, Iterable
import cgi

app = Flask(__name__)
app.secret_key = 'feed'
app.config['JSON_AS_ASCII'] = False
app.config['JSON_SORT_KEYS'] = False
app.jinja_env.add_extension('jinja2.ext.with_')
app.jinja_env.add_extension('jinja2.ext.do')
cache = SimpleCache()
ARTICLES = [('first', datetime(2012, 1, 1)), (u'第二', datetime(2012, 1, 2))]


class Page(object):
    made = 0

    @cached_property
    def body(self):
        Page.made += 1
        return 'body'


@app.template_filter()
@evalcontextfilter
def nl2br(eval_ctx, value):
    result = u'<br>'.join(escape(value).split('\n'))
    return Markup(result) if eval_ctx.autoescape else result


@app.route('/recent.atom')
def recent_feed():
    feed = AtomFeed('Recent Articles', feed_url=request.url, url=request.url_root)
    for title, updated in ARTICLES:
        feed.add(title, u'<b>text</b>', content_type='html', author='me',
                 url=url_join(request.url_root, url_quote(title)), updated=updated)
    return feed.get_response()


@app.route('/cached')
def cached():
    rv = cache.get('item')
    if rv is None:
        rv = {'n': cache.inc('calls')}
        cache.set('item', rv, timeout=5 * 60)
    return jsonify(rv)


@app.route('/visits')
def visits():
    cookie = SecureCookie.load_cookie(request, key='visits', secret_key=app.secret_key)
    cookie['n'] = cookie.get('n', 0) + 1
    response = BaseResponse(str(cookie['n']))
    cookie.save_cookie(response, key='visits')
    return app.response_class(response.data, headers=response.headers)


@app.route('/words')
def words():
    page = Page()
    assert page.body == page.body and Page.made == 1
    assert isinstance({}, Mapping) and isinstance([], Iterable)
    back = url_decode(url_encode(MultiDict([('a', '1'), ('a', u'二')])))
    return jsonify(b=back.getlist('a'), a=url_parse('http://x.com:80/p?q=1').host,
                   safe=url_parse('///evil.com').netloc, esc=cgi.escape('<"'))


@app.route('/text')
def text():
    return render_template_string('{% with x = t %}{{ x|nl2br }}{% endwith %}', t='a<\nb')


if __name__ == '__main__':
    app.run()
