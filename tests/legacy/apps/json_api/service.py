"""A JSON service with an encoder of its own, and the stacks of Flask 0.9."""
import decimal
import datetime
import inspect
import logging
from flask import Flask, Blueprint, request, jsonify, json, _request_ctx_stack, session, current_app, make_response
from flask.json import JSONEncoder
from flask.helpers import safe_join, locked_cached_property
from flask import safe_join as sj
from flask._compat import text_type, string_types, iteritems
from distutils.version import LooseVersion
import imp

app = Flask(__name__)
app.secret_key = 'json'


class CustomJSONEncoder(JSONEncoder):
    def default(self, obj):
        if isinstance(obj, decimal.Decimal):
            return float(obj)
        if isinstance(obj, datetime.datetime):
            return obj.strftime('%Y-%m-%d %H:%M:%S')
        if hasattr(obj, 'keys') and hasattr(obj, '__getitem__'):
            return dict(obj)
        return super(CustomJSONEncoder, self).default(obj)


app.json_encoder = CustomJSONEncoder


class User(object):
    def keys(self):
        return ['id', 'name']

    def __getitem__(self, key):
        return getattr(self, key)

    id, name = 1, 'ed'


@app.before_first_request
def configure():
    app.config['READY'] = True


@app.route('/user')
def user():
    return jsonify(user=User(), price=decimal.Decimal('1.5'), at=datetime.datetime(2018, 1, 2, 3, 4, 5), date=datetime.date(2018, 1, 2))


@app.route('/body', methods=['POST'])
def body():
    data = request.get_json()
    return jsonify(got=data, also=request.json, ready=app.config['READY'])


@app.route('/stack')
def stack():
    ctx = _request_ctx_stack.top
    ctx.mine = 5
    assert isinstance(u'x', text_type) and isinstance('x', string_types)
    assert LooseVersion('0.10') > LooseVersion('0.9')
    assert inspect.getargspec(safe_join).args
    return '%s %s %s' % (ctx.request.path, _request_ctx_stack.top.mine, sorted(iteritems({'a': 1})))


@app.route('/file/<path:name>')
def file(name):
    return safe_join('/srv', name)


@app.route('/session')
def ses():
    session['k1'] = 123
    session['k2'] = 456
    del session['k1']
    return session


if __name__ == '__main__':
    app.run()
