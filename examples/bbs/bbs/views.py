"""The pages of the board."""

from flask import (
    Blueprint,
    abort,
    current_app,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response

from carboy.translation import get_language, gettext

from .ext import cache, db, tasks
from .jobs import import_topics
from .models import Reply, Topic

pages = Blueprint("pages", __name__)


@pages.get("/")
def home() -> str:
    """Show the newest topics."""
    found = Topic.query.order_by(Topic.made.desc(), Topic.id.desc()).paginate(
        per_page=current_app.config["TOPICS_PER_PAGE"]
    )
    run = tasks.find(session["import"]) if "import" in session else None
    return render_template("home.html", topics=found, run=run)


@pages.post("/import")
def start_import() -> Response:
    """Start the task that writes sample topics."""
    session["import"] = import_topics.delay(language=get_language()).id
    return redirect(url_for("pages.home"), 303)


@pages.get("/topics/<int:id>")
def show_topic(id: int) -> str:  # noqa: A002 - the name in the URL
    """Show one topic with its replies."""
    topic = Topic.query.get_or_404(id)
    return render_template("topic.html", topic=topic, replies=topic.replies.all())


@pages.post("/topics")
def add_topic() -> Response:
    """Take a new topic."""
    topic = Topic(**_read("title", "author", "text"))
    db.session.add(topic)
    db.session.commit()
    cache.delete("numbers")
    return redirect(url_for("pages.show_topic", id=topic.id), 303)


@pages.post("/topics/<int:id>/replies")
def add_reply(id: int) -> Response:  # noqa: A002 - the name in the URL
    """Take a reply."""
    topic = Topic.query.get_or_404(id)
    topic.replies.append(Reply(**_read("author", "text")))
    db.session.commit()
    cache.delete("numbers")
    return redirect(url_for("pages.show_topic", id=id), 303)


@pages.app_template_global()
def numbers() -> dict[str, int]:
    """Count topics and replies, at most once a second."""
    found: dict[str, int] | None = cache.get("numbers")
    if found is None:
        found = {"topics": Topic.query.count(), "replies": Reply.query.count()}
        cache.set("numbers", found, timeout=1)
    return found


def _read(*names: str) -> dict[str, str]:
    longest = {"title": 120, "author": 40, "text": 10_000}
    given = {name: request.form.get(name, "").strip() for name in names}
    for name, value in given.items():
        if not value:
            abort(422, gettext("Please fill in %(name)s.", name=name))
        if len(value) > longest[name]:
            text = gettext("%(name)s is longer than %(number)s characters.")
            abort(422, text % {"name": name, "number": longest[name]})
    return given
