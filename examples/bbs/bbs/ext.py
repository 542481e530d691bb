"""The objects that code works with; they know no app."""

import carboy.db
from carboy.admin import Admin
from carboy.auth import Auth
from carboy.cache import Cache
from carboy.db import SQLAlchemy
from carboy.mail import Mail
from carboy.tasks import Tasks
from carboy.uploads import Uploads


class Model(carboy.db.Model):
    """What all models of the board share."""


db = SQLAlchemy(model_class=Model)
admin, auth, cache, mail = Admin(), Auth(), Cache(), Mail()
tasks, uploads = Tasks(), Uploads()
