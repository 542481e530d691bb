import json
import time
from collections import Callable, Mapping
from datetime import datetime
from fractions import gcd

from flask import Flask, _app_ctx_stack, _request_ctx_stack, escape, jsonify, request
from flask.ext.cache import Cache
from itsdangerous import TimedJSONWebSignatureSerializer
from itsdangerous import BadSignature, SignatureExpired
from werkzeug.security import safe_str_cmp
from werkzeug.urls import url_parse

app = Flask(__name__)
app.config.update(SECRET_KEY='k', CACHE_TYPE='simple', TOKEN_AGE=60, JSON_SORT_KEYS=False)
cache = Cache(app, config={'CACHE_TYPE': 'simple'})
calls = []


class Encoder(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, datetime):
            return o.isoformat()
        return json.JSONEncoder.default(self, o)


app.json_encoder = Encoder


class Station(object):
    def __init__(self, app=None):
        if app is not None:
            self.init_app(app)

    def init_app(self, app):
        app.teardown_appcontext(self.teardown)

    def teardown(self, exception):
        ctx = _app_ctx_stack.top
        if hasattr(ctx, 'station'):
            calls.append('closed')

    @property
    def connection(self):
        ctx = _app_ctx_stack.top
        if ctx is not None:
            if not hasattr(ctx, 'station'):
                ctx.station = {'opened': time.clock()}
            return ctx.station


station = Station(app)


@app.before_first_request
def start():
    calls.append('started')


@app.route('/temperature/<city>')
@cache.cached(timeout=50)
def temperature(city):
    calls.append(city)
    assert isinstance(station.connection, Mapping) and isinstance(temperature, Callable)
    return jsonify(city=escape(city), at=datetime(2016, 1, 2), gcd=gcd(4, 6), path=_request_ctx_stack.top.request.path)


def make_token(user, age=None):
    s = TimedJSONWebSignatureSerializer(app.config['SECRET_KEY'], expires_in=age or app.config['TOKEN_AGE'])
    return s.dumps({'user': user}).decode('utf-8')


def read_token(token):
    s = TimedJSONWebSignatureSerializer(app.config['SECRET_KEY'])
    try:
        return s.loads(token)['user']
    except SignatureExpired:
        return 'expired'
    except BadSignature:
        return 'bad'


@app.route('/host')
def host():
    if not safe_str_cmp(request.args['key'], 'k'):
        return 'no', 403
    return url_parse(request.args['url']).netloc
