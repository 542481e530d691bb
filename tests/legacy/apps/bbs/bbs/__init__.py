from flask import Flask
import config
from exts import db, cache, sess


def create_app():
    app = Flask(__name__)
    app.config.from_object(config)
    from .views import cms_bp, front_bp
    app.register_blueprint(cms_bp)
    app.register_blueprint(front_bp)
    db.init_app(app)
    cache.init_app(app)
    sess.init_app(app)
    from flask_wtf import CsrfProtect
    CsrfProtect(app)
    return app
