import os

from flask import Flask, g, request

from .config import config
from .extensions import bootstrap, celery, db


def create_app(name=None):
    app = Flask(__name__)
    app.config.from_object(config[name or os.getenv('SHOP_CONFIG') or 'default'])
    db.init_app(app)
    bootstrap.init_app(app)
    celery.conf.update(app.config)

    from . import models, tasks
    from .views import shop as blueprint
    app.register_blueprint(blueprint)

    @app.before_request
    def cart():
        g.cart = request.cookies.get('cart', '')

    @app.errorhandler(404)
    def missing(e):
        return 'Not here', 404

    return app
