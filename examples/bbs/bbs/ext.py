"""The objects that code works with; they know no app."""

from carboy.cache import Cache
from carboy.db import SQLAlchemy
from carboy.tasks import Tasks

db = SQLAlchemy()
cache = Cache()
tasks = Tasks()
