"""A site with a cache of pages, functions and fragments, of Flask-Cache 0.13 (2014)."""
import random
from flask import Flask, request, render_template_string, jsonify, g
from flask.ext.cache import Cache
from flask_cache import make_template_fragment_key
from werkzeug.contrib.cache import FileSystemCache

app = Flask(__name__)
app.config['CACHE_TYPE'] = 'flask.ext.cache.backends.simple'
app.config['CACHE_DEFAULT_TIMEOUT'] = 300
app.config['CACHE_KEY_PREFIX'] = 'weather_'
cache = Cache()
cache.init_app(app)
files = FileSystemCache('cache_dir', threshold=10, default_timeout=60)
calls = []


def cache_key():
    return request.full_path


@app.route('/')
@cache.cached(timeout=50)
def index():
    calls.append('index')
    return str(random.random())


@app.route('/search')
@cache.cached(timeout=50, key_prefix=cache_key)
def search():
    calls.append('search')
    return request.args.get('q', '')


@app.route('/skip')
@cache.cached(timeout=50, unless=lambda: request.args.get('fresh'))
def skip():
    calls.append('skip')
    return str(len(calls))


@cache.memoize(50)
def temperature(city, unit='C'):
    calls.append(city)
    return {'city': city, 'unit': unit, 'value': 20}


@cache.cached(timeout=50, key_prefix='all_cities')
def get_cities():
    calls.append('cities')
    return ['Paris', u'北京']


@app.route('/api/<city>')
def api(city):
    return jsonify(temperature(city))


@app.route('/api/<city>/forget')
def forget(city):
    cache.delete_memoized(temperature, city)
    cache.delete(make_template_fragment_key('cities'))
    return 'ok'


@app.route('/cities')
def cities():
    return render_template_string(
        '{% cache 60, "cities" %}{% for c in cities() %}{{ c }} {% endfor %}{% endcache %}', cities=get_cities)


@app.route('/count')
def count():
    n = files.get('n') or 0
    files.set('n', n + 1)
    cache.set_many({'a': 1, 'b': 2})
    return '%s %s' % (n, cache.get_many('a', 'b'))


if __name__ == '__main__':
    app.run()
