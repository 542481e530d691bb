"""A small bulletin board: topics, replies, and a task that imports more of them."""

from carboy import Carboy

from . import ext, views
from .settings import Settings


def create_app(settings: Settings | None = None) -> Carboy:
    """Make the site."""
    app = Carboy(__name__, settings=settings or Settings.load())
    app.use(ext.db, ext.cache, ext.tasks, views.pages)
    return app
