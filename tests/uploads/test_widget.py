"""The input of a file shows what is there, and says nothing that it should not."""

import pytest
from wtforms import Form

from carboy.ui import UI
from carboy.uploads.fields import AttachmentField

from .conftest import make_file, make_image


@pytest.fixture
def render(shop):
    UI().init_app(shop.app)

    class UserForm(Form):
        avatar = AttachmentField(shop.User.avatar)
        letter = AttachmentField(shop.User.letter)

    def render(name, user=None):
        with shop.app.test_request_context():
            return str(UserForm(obj=user)[name]())

    return render


@pytest.fixture
def user(shop):
    user = shop.User(
        name="ann",
        avatar=make_file(make_image(size=(400, 200)), "me & you.png"),
        letter=make_file(b"x" * 2048, "a.txt"),
    )
    shop.db.session.add(user)
    shop.db.session.commit()
    return user


def test_an_empty_field_is_a_plain_input(render):
    html = render("avatar")

    assert html.count("<input") == 1
    assert "upload-file" not in html


def test_the_present_image_is_shown_small(render, user):
    html = render("avatar", user)

    assert 'width="100" height="50"' in html
    assert "me &amp; you.png" in html
    assert user.avatar.url().replace("&", "&amp;") in html
    assert 'name="avatar-remove"' in html


def test_a_document_is_shown_by_name_and_size(render, user):
    html = render("letter", user)

    assert "a.txt" in html
    assert "2 kB" in html
    assert "<img" not in html
    assert user.letter.key not in html
