from flask import Flask, Blueprint, Markup, request
from flask.helpers import safe_join
from jinja2 import escape, contextfunction
from werkzeug.contrib.fixers import ProxyFix
from werkzeug.urls import url_quote
from werkzeug.wsgi import DispatcherMiddleware

from api import api


@contextfunction
def name_of(context):
    return context.get('name', 'none')


def create_app():
    app = Flask(__name__, static_path='/assets')
    app.config['RESTPLUS_MASK_SWAGGER'] = False
    app.config['ENV'] = 'testing'
    app.jinja_env.globals['name_of'] = name_of
    app.wsgi_app = ProxyFix(app.wsgi_app)
    blueprint = Blueprint('v1', __name__, url_prefix='/v1')
    api.init_app(blueprint)
    app.register_blueprint(blueprint)

    @app.route('/')
    def index():
        return Markup('<b>%s</b>') % escape(url_quote('a b'))

    @app.route('/path/<path:name>')
    def path(name):
        return safe_join('/srv', name)

    @app.route('/ip')
    def ip():
        return request.remote_addr

    @app.route('/name')
    def name():
        return app.jinja_env.from_string('{{ name_of() }}').render(name='x')

    return app


if __name__ == '__main__':
    create_app().run(debug=True)
