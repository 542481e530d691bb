"""Plain Flask with carboy.db: what the database layer alone changes."""

import sys

from flask import Flask
from flask_views import add_views
from measure import tell

from carboy.db import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = sys.argv[1]
db = SQLAlchemy()
add_views(app, db)
db.init_app(app)
tell(app)
