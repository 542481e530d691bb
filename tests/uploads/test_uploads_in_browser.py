"""A person chooses, corrects, replaces and removes a picture in a real browser."""

import pytest
from flask import redirect, render_template_string
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column
from wtforms import StringField
from wtforms.validators import InputRequired

from carboy import Carboy, Settings
from carboy.db import SQLAlchemy
from carboy.forms import Form
from carboy.uploads import Attached, AttachedFile, Image, Uploads, attachment
from carboy.uploads.fields import AttachmentField
from tests.ui.serving import serve

from .attacks.shapes import SCRIPT
from .conftest import make_image

PAGE = """{% extends "carboy/page.html" %}{% block main %}
<h1>Profile</h1>{{ ui.form(form) }}
{% for user in users %}<p class="saved">{{ user.name }}
{% if user.avatar %}<img class="avatar" src="{{ user.avatar.url('small') }}" alt="">
{% endif %}{% if user.paper %}<a class="paper" href="{{ user.paper.url() }}">paper</a>
{% endif %}</p>{% endfor %}{% endblock %}"""


@pytest.fixture
def site(tmp_path):
    settings = Settings.load(
        {},
        root=tmp_path,
        environ={
            "CARBOY_PROFILE": "testing",
            "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite",
            "UPLOADS_STORAGE": "local:uploads",
        },
    )
    app = Carboy("profile", instance_path=str(tmp_path), settings=settings)
    db = SQLAlchemy()

    class User(db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        name: Mapped[str] = mapped_column(String(50))
        avatar: Attached[Image | None] = attachment(Image, variants={"small": (64, 64)})
        paper: Attached[AttachedFile | None] = attachment()

    class UserForm(Form):
        name = StringField(validators=[InputRequired()])
        avatar = AttachmentField(User.avatar)
        paper = AttachmentField(User.paper)

    app.use(db, Uploads())

    @app.route("/", methods=["GET", "POST"])
    def edit():
        user = db.session.get(User, 1) or User()
        form = UserForm(obj=user)
        if form.validate_on_submit():
            form.populate_obj(user)
            db.session.add(user)
            db.session.commit()
            return redirect("/")
        users = db.session.scalars(db.select(User)).all()
        return render_template_string(PAGE, form=form, users=users)

    with app.app_context():
        db.create_all()
    with serve(app) as address:
        yield address


def make_picture(tmp_path, name, **options):
    path = tmp_path / name
    path.write_bytes(make_image(size=(300, 200), **options))
    return path


def is_shown(browser, selector):
    script = "const i = document.querySelector(arguments[0]); return i.naturalWidth"
    return browser.run(script, selector)


def save(browser):
    browser.click("form button.ui-primary")


def test_a_picture_is_chosen_corrected_replaced_and_removed(browser, site, tmp_path):
    red = make_picture(tmp_path, "我的头像.png")
    blue = make_picture(tmp_path, "second.png", color="blue")
    browser.goto(site)

    browser.upload("#avatar", red)
    browser.wait_for(".upload-list canvas")
    assert "我的头像.png" in browser.text(".upload-list")

    save(browser)
    browser.wait_for(".ui-summary")
    assert "我的头像.png" in browser.text(".upload-file")

    browser.type("#name", "ann")
    save(browser)
    browser.wait_for(".avatar")
    browser.wait_until(lambda: is_shown(browser, ".avatar") == 64, "the thumbnail")
    assert is_shown(browser, ".upload-file img") == 300

    browser.upload("#avatar", blue)
    save(browser)
    browser.wait_for_text(".upload-file", "second.png")
    assert len(list((tmp_path / "uploads").rglob("user.avatar/*/*.png"))) == 1

    browser.click("#avatar-remove")
    save(browser)
    browser.wait_until(lambda: not browser.has(".avatar"), "no picture")
    assert list((tmp_path / "uploads").rglob("*.png")) == []
    assert browser.csp_violations == []
    assert browser.console_errors == []


def test_a_dropped_file_is_chosen(browser, site):
    browser.goto(site)

    browser.run(
        """const data = new DataTransfer();
        data.items.add(new File(["hello"], "dropped.txt", { type: "text/plain" }));
        const box = document.querySelector("[data-upload]:has(#paper)");
        box.dispatchEvent(new DragEvent("drop",
            { dataTransfer: data, bubbles: true, cancelable: true }));"""
    )

    assert "dropped.txt" in browser.text("[data-upload]:has(#paper) .upload-list")


@pytest.mark.parametrize("name", ["page.html", "picture.svg"])
def test_what_a_file_says_is_never_run(browser, site, tmp_path, name):
    text = b"<svg xmlns='http://www.w3.org/2000/svg'>%s</svg>" % SCRIPT
    path = tmp_path / name
    path.write_bytes(text if name.endswith("svg") else b"<!doctype html>" + SCRIPT)
    browser.goto(site)
    browser.type("#name", "ann")
    browser.upload("#paper", path)
    save(browser)
    url = browser.run("return document.querySelector('.paper').href")
    before = browser.url

    browser.goto(url)

    # It was saved: the page is still the same, and nothing asked or said anything.
    assert browser.url == before
    assert browser.text("h1") == "Profile"
