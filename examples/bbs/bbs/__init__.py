"""A discussion site: boards, threads and replies, and all that a community needs."""

from carboy import Carboy

from . import access as access, api, demo, ext, people, views
from .settings import Settings


def create_app(settings: Settings | None = None) -> Carboy:
    """Make the site."""
    app = Carboy(__name__, settings=settings or Settings.load())
    app.use(ext.db, ext.cache, ext.mail, ext.tasks, ext.auth, ext.uploads, ext.admin)
    app.use(views.pages, people.people)
    api.api.init_app(app)
    app.cli.add_command(demo.command)
    return app
