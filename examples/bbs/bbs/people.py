"""The pages about people: profiles, notifications, imports and exports."""

from functools import lru_cache

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from carboy.auth import authorize, current_user, login_required
from carboy.core import get_current_app
from carboy.events import PollingChannel, events
from carboy.i18n import gettext as _
from carboy.translation import get_language

from . import reading, writing
from .ext import db, tasks
from .forms import ImportForm, ProfileForm
from .jobs import export_data, import_threads
from .models import Board, Import, Notification, Post, User
from .views import Answer, show_form

people = Blueprint("people", __name__)


@people.get("/u/<int:user_id>")
def profile(user_id: int) -> str:
    """Show somebody and the newest posts."""
    user = db.get_or_404(User, user_id)
    posts = reading.list_posts(Post.author_id == user.id)
    return render_template("profile.html", user=user, posts=posts)


@people.route("/profile", methods=["GET", "POST"])
@login_required
def edit() -> Answer:
    """Take the visitor's profile."""
    user = db.get_or_404(User, current_user.id)
    form = ProfileForm(obj=user)
    if form.validate_on_submit():
        user.language = get_language() or "en"
        form.populate_obj(user)
        db.session.commit()
        flash(_("Your profile is saved."), "success")
        return redirect(url_for("people.profile", user_id=user.id), 303)
    return show_form(form, _("Your profile"), _("Save"))


@people.get("/notifications")
@login_required
def notifications() -> str:
    """Show the newest notifications, which are read then."""
    mine = db.select(Notification).where(Notification.user_id == current_user.id)
    query = mine.order_by(Notification.id.desc()).limit(30)
    rows = [(row, row.is_read) for row in db.session.scalars(query)]
    text = render_template("notifications.html", rows=rows)
    if current_user.unread_count:
        writing.read_notifications(current_user)
        db.session.commit()
    return text


@people.get("/notifications/live")
@login_required
def live() -> Response:
    """Send the number of unread notifications whenever it changes."""
    return events(_watch(current_user.id), user=str(current_user.id))


@people.route("/import", methods=["GET", "POST"])
@login_required
def start_import() -> Answer:
    """Take a CSV file, and import it in the background."""
    form = ImportForm()
    form.board.choices = [(row.id, row.name) for row in Board.query.limit(50)]
    if form.validate_on_submit():
        made = Import(user_id=current_user.id, board_id=form.board.data)
        made.file = form.file.data
        db.session.add(made)
        db.session.flush()
        made.run_id = import_threads.delay(made.id).id
        db.session.commit()
        return redirect(url_for("people.show_import", import_id=made.id), 303)
    lead = _("Each row becomes a thread of yours. You can watch it.")
    return show_form(form, _("Import threads"), _("Import"), lead)


@people.get("/import/<int:import_id>")
@login_required
def show_import(import_id: int) -> str:
    """Show how far an import is, and its report."""
    made = db.get_or_404(Import, import_id)
    authorize("see", made)
    run = tasks.find(made.run_id)
    problems = [{**row, "problem": _(row["problem"])} for row in made.problems]
    return render_template("import.html", made=made, run=run, problems=problems)


@people.route("/export", methods=["GET", "POST"])
@login_required
def export() -> str:
    """Collect what the visitor has written, and offer what was collected."""
    run = export_data.delay(current_user.id) if request.method == "POST" else None
    db.session.commit()
    user = db.get_or_404(User, current_user.id)
    return render_template("export.html", run=run, has_file=user.export is not None)


@people.get("/export/file")
@login_required
def export_file() -> Response:
    """Lead to the file of the last export."""
    user = db.get_or_404(User, current_user.id)
    place = user.export.url(download=True) if user.export else url_for(".export")
    return redirect(place)


@lru_cache(maxsize=1000)
def _watch(user_id: int) -> PollingChannel:
    app = get_current_app()

    def count() -> int:
        with app.app_context():
            query = db.select(User.unread_count).where(User.id == user_id)
            return db.session.scalar(query) or 0

    return PollingChannel(count, every=1)
