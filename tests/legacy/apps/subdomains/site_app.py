# -*- coding:utf-8 -*-
from flask import Flask, Blueprint, url_for

cms_bp = Blueprint('cms', __name__, subdomain='cms')


@cms_bp.route('/')
def index():
    return 'cms page, ' + url_for('front')


app = Flask(__name__)
app.config['SERVER_NAME'] = 'jd.com:5000'
app.session_cookie_name = 'jd'
app.register_blueprint(cms_bp)


@app.route('/')
def front():
    return 'front, ' + url_for('cms.index')


@app.route("/", subdomain="admin")
def static_index():
    return "static.your-domain.tld"


@app.route("/dynamic", subdomain="<username>")
def username_index(username):
    return username + ".your-domain.tld"


if __name__ == '__main__':
    app.run()
