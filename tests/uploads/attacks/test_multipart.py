"""No body makes a form with files answer 500, or leaves a file behind.

`make prove-uploads` sends 2,000 of them; here are a few.
"""

import gc
import os
import random
import secrets
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from wtforms import StringField
from wtforms.validators import Length

from carboy.forms import Form
from carboy.uploads.content import image_process
from carboy.uploads.fields import AttachmentField, MultipleAttachmentField
from carboy.uploads.sweep import find_dangling, find_orphans, sweep

from .multipart import make_body

# About a fifth of them is saved.
BODIES = int(os.environ.get("UPLOADS_PROOF_BODIES", "50"))
ANSWERS = {200, 400, 413}


@pytest.fixture
def site(make_shop, tmp_path, monkeypatch):
    """A form with one file of each kind, and with several."""
    shop = make_shop(MAX_CONTENT_LENGTH=2_000_000, CSRF_ENABLED=False)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    # Without a process for each image, which would take most of the time.
    monkeypatch.setattr("carboy.uploads.content.images._call", decode_here)

    class UserForm(Form):
        name = StringField(validators=[Length(max=50)])
        letter = AttachmentField(shop.User.letter)
        avatar = AttachmentField(shop.User.avatar)
        photos = MultipleAttachmentField(shop.User.avatar, max_files=3)

    @shop.app.post("/")
    def save():
        session = shop.db.session
        user = shop.User()
        form = UserForm()
        if not form.validate():
            # The page keeps good files, under tokens.
            return {"errors": form.errors, "html": [str(field()) for field in form]}
        form.populate_obj(user)
        user.name = secrets.token_hex(16)
        session.add(user)
        for photo in form.photos.data:
            session.add(shop.User(name=secrets.token_hex(16), avatar=photo))
        session.commit()
        return {"saved": user.id}

    return shop


def decode_here(source, target, options, _timeout):
    source.seek(0)
    return image_process.answer_for(source, target, options)


def send(site, chance):
    """Send a body; return what became of it, and how many files the page keeps."""
    body, content_type = make_body(chance)
    # A mistake of the site would be raised here.
    with site.app.test_client() as client:
        answer = client.post("/", data=body, content_type=content_type)
    assert answer.status_code in ANSWERS
    if answer.status_code != 200:
        return "not read", 0
    if "saved" in answer.json:
        return "saved", 0
    return "refused", sum(html.count("-kept") for html in answer.json["html"])


def require_nothing_left(site, kept):
    """Check that there are only files of rows, and those that the page keeps."""
    with site.app.app_context():
        state = site.app.extensions["carboy_uploads"]
        columns = state.list_columns()
        orphans = find_orphans(state, columns, older_than=0).orphans
        assert len(orphans) == kept
        assert all(key.startswith("incoming/") for key in orphans)
        assert find_dangling(state, columns) == []
        sweep(state, columns, older_than=0)
    assert not list(Path(tempfile.gettempdir()).iterdir())


def delete_all(site):
    with site.app.app_context():
        for user in site.db.session.scalars(site.db.select(site.User)):
            site.db.session.delete(user)
        site.db.session.commit()
    assert site.list_files() == []


# Werkzeug leaves the files of a body that it cannot read to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_form_answers_any_body_and_leaves_nothing(site):
    seed = secrets.randbelow(10**9)
    chance = random.Random(seed)
    ends = Counter()

    for number in range(BODIES):
        try:
            end, kept = send(site, chance)
            require_nothing_left(site, kept)
        except Exception as error:
            error.add_note(f"body {number} of seed {seed}")
            raise
        ends[end] += 1

    delete_all(site)
    # Else the bodies would be of one sort only.
    assert {"saved", "refused"} <= set(ends), (seed, ends)
    gc.collect()
    opened = [path for path in Path("/proc/self/fd").iterdir() if is_temporary(path)]
    assert opened == [], seed


def is_temporary(path):
    """Return whether an open file is one without a name, in the temporary folder."""
    try:
        return str(path.readlink()).startswith(tempfile.gettempdir())
    except OSError:
        return False
