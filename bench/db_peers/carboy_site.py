"""Carboy with carboy.db."""

import sys

from flask_views import add_views
from measure import tell

from carboy import Carboy
from carboy.db import SQLAlchemy

app = Carboy(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = sys.argv[1]
db = SQLAlchemy()
add_views(app, db)
db.init_app(app)
tell(app)
