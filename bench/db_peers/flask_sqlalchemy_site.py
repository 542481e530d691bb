"""Flask with Flask-SQLAlchemy."""

import sys

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_views import add_views
from measure import tell

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = sys.argv[1]
db = SQLAlchemy()
add_views(app, db)
db.init_app(app)
tell(app)
