"""Whatever is sent for a file becomes a file, or an error of its field; never a 500."""

import io
import re

import pytest
from sqlalchemy.orm import Mapped, mapped_column
from wtforms import StringField
from wtforms.validators import InputRequired

from carboy.forms import Form, model_form
from carboy.forms.files import FileAllowed, FileRequired, FileSize
from carboy.ui import UI
from carboy.uploads import Attached, Document, UploadError, attachment
from carboy.uploads.fields import AttachmentField, MultipleAttachmentField

from .conftest import make_image


@pytest.fixture
def site(shop):
    """A page with a form for a user; it answers with the errors, or `saved`."""
    app, db, user_class = shop.app, shop.db, shop.User
    app.config["CSRF_ENABLED"] = False
    UI().init_app(app)

    class Plain(Form):
        class Meta:
            csrf = False

    class UserForm(Plain):
        name = StringField(validators=[InputRequired("Enter a name.")])
        letter = AttachmentField(user_class.letter)
        avatar = AttachmentField(user_class.avatar, "Picture")

    class StrictForm(Plain):
        name = StringField(validators=[InputRequired()])
        letter = AttachmentField(
            user_class.letter,
            validators=[FileRequired(), FileAllowed(["md"]), FileSize(20)],
        )

    class PhotosForm(Plain):
        name = StringField(validators=[InputRequired()])
        photos = MultipleAttachmentField(user_class.avatar, max_files=2)

    forms = {"user": UserForm, "strict": StrictForm, "photos": PhotosForm}

    @app.route("/<kind>", methods=["GET", "POST"])
    @app.route("/<kind>/<int:number>", methods=["GET", "POST"])
    def edit(kind, number=None):
        user = db.session.get(user_class, number) if number else user_class()
        form = forms[kind](obj=user)
        if not form.validate_on_submit():
            errors = {name: list(map(str, each)) for name, each in form.errors.items()}
            return {"errors": errors, "html": {f.name: str(f()) for f in form}}
        if kind == "photos":
            for number, photo in enumerate(form.photos.data):
                db.session.add(
                    user_class(name=f"{form.name.data} {number}", avatar=photo)
                )
        form.populate_obj(user)
        if kind != "photos":
            db.session.add(user)
        db.session.commit()
        return {"saved": user.id}

    return shop


def send(site, path="/user", **fields):
    data = {
        name: [(io.BytesIO(each[1]), each[0]) for each in value]
        if isinstance(value, list) and isinstance(value[0], tuple)
        else value
        for name, value in fields.items()
    }
    answer = site.app.test_client().post(path, data=data)
    assert answer.status_code == 200
    return answer.json


def read_token(answer, name="letter"):
    return re.findall(f'name="{name}-kept" value="([^"]+)"', answer["html"][name])


def get_user(site, name="ann"):
    site.db.session.expire_all()
    return site.db.session.scalars(site.db.select(site.User).filter_by(name=name)).one()


def test_a_file_is_saved_with_its_row(site):
    send(site, name="ann", letter=[("a.txt", b"hello")])

    user = get_user(site)
    assert user.letter.read() == b"hello"
    assert user.avatar is None
    assert site.list_files() == [user.letter.key]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"", "This file is empty. Choose another one."),
        ("a.png", b"hello", "This type of file is not accepted. Choose one of these"),
        ("a.png", b"\x89PNG\r\n\x1a\n", "This image is damaged. Choose another one."),
        ("a.png", make_image()[:60], "This image is damaged. Choose another one."),
        (
            "a.png",
            bytes(150_000),
            "This file is too large. Choose one of at most 100 kB.",
        ),
        ("a.svg", b"<svg/>", "This type of file is not accepted. Choose one of these"),
    ],
)
def test_a_bad_file_is_an_error_of_its_field_and_leaves_nothing(
    site, name, data, message
):
    answer = send(site, name="ann", avatar=[(name, data)])

    [error] = answer["errors"].pop("avatar")
    assert error.startswith(message)
    assert answer["errors"] == {}
    assert site.list_files() == []


def test_two_files_for_one_are_an_error(site):
    answer = send(site, name="ann", letter=[("a.txt", b"a"), ("b.txt", b"b")])

    assert answer["errors"] == {"letter": ["Choose one file only."]}


def test_a_file_without_a_name_is_an_error(site):
    body = (
        b'--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nann\r\n'
        b'--x\r\nContent-Disposition: form-data; name="letter"; filename=""\r\n'
        b"Content-Type: text/plain\r\n\r\nhello\r\n--x--\r\n"
    )

    answer = site.app.test_client().post(
        "/user", data=body, content_type="multipart/form-data; boundary=x"
    )

    message = "This file has no name. Choose another one."
    assert answer.json["errors"] == {"letter": [message]}


def test_a_form_without_a_file_saves_the_rest(site):
    send(site, name="ann", letter=[("", b"")])

    assert get_user(site).letter is None


def test_a_text_instead_of_a_file_is_nothing(site):
    send(site, name="ann", letter="hello", avatar="x.png")

    assert get_user(site).letter is None


def test_a_form_without_a_new_file_keeps_the_present_one(site):
    number = send(site, name="ann", letter=[("a.txt", b"hello")])["saved"]

    send(site, f"/user/{number}", name="bob", letter=[("", b"")])

    assert get_user(site, "bob").letter.read() == b"hello"


def test_a_file_is_removed_without_javascript(site):
    number = send(site, name="ann", letter=[("a.txt", b"hello")])["saved"]
    page = site.app.test_client().get(f"/user/{number}").json
    assert 'name="letter-remove"' in page["html"]["letter"]
    assert "a.txt" in page["html"]["letter"]

    send(site, f"/user/{number}", name="ann", **{"letter-remove": "1"})

    assert get_user(site).letter is None
    assert site.list_files() == []


def test_a_good_file_survives_the_error_of_another_field(site):
    answer = send(site, name="", letter=[("a.txt", b"hello")])
    assert answer["errors"] == {"name": ["Enter a name."]}
    [token] = read_token(answer)

    send(site, name="ann", **{"letter-kept": token})

    user = get_user(site)
    assert (user.letter.read(), user.letter.name) == (b"hello", "a.txt")
    assert site.list_files() == [user.letter.key]


def test_it_survives_several_errors_and_is_stored_once(site):
    [token] = read_token(send(site, name="", letter=[("a.txt", b"hello")]))

    answer = send(site, name="", **{"letter-kept": token})

    assert len(site.list_files()) == 1
    [token] = read_token(answer)
    send(site, name="ann", **{"letter-kept": token})
    assert get_user(site).letter.read() == b"hello"


def test_a_rollback_keeps_the_file_of_the_form(site):
    send(site, name="ann")
    [token] = read_token(send(site, name="", letter=[("a.txt", b"hello")]))

    with pytest.raises(Exception, match="UNIQUE"):
        send(site, name="ann", **{"letter-kept": token})
    site.db.session.rollback()

    send(site, name="bob", **{"letter-kept": token})
    assert get_user(site, "bob").letter.read() == b"hello"


def test_a_token_is_used_once(site):
    [token] = read_token(send(site, name="", letter=[("a.txt", b"hello")]))
    send(site, name="ann", **{"letter-kept": token})

    answer = send(site, name="bob", **{"letter-kept": token})

    assert answer["errors"] == {"letter": ["Choose the file again."]}


@pytest.mark.parametrize("change", ["other column", "cut", "made up", "empty"])
def test_a_strange_token_is_an_error(site, change):
    [token] = read_token(send(site, name="", letter=[("a.txt", b"hello")]))
    name = "avatar-kept" if change == "other column" else "letter-kept"
    strange = {"cut": token[:-1], "made up": "x.y.z", "empty": ""}.get(change, token)

    answer = send(site, name="ann", **{name: strange})

    assert list(answer["errors"].values()) == [["Choose the file again."]]


def test_a_new_file_goes_before_a_kept_one(site):
    [token] = read_token(send(site, name="", letter=[("a.txt", b"hello")]))

    send(site, name="ann", letter=[("b.txt", b"new")], **{"letter-kept": token})

    assert get_user(site).letter.read() == b"new"


def test_the_validators_of_flask_wtf_see_what_was_sent(site):
    assert send(site, "/strict", name="ann")["errors"] == {"letter": ["Choose a file."]}
    answer = send(site, "/strict", name="ann", letter=[("a.txt", b"x")])
    assert "one of these types: md" in answer["errors"]["letter"][0]
    answer = send(site, "/strict", name="ann", letter=[("a.md", b"x" * 21)])
    assert "at most" in answer["errors"]["letter"][0]

    [token] = read_token(send(site, "/strict", name="", letter=[("a.md", b"x")]))
    send(site, "/strict", name="ann", **{"letter-kept": token})

    assert get_user(site).letter.read() == b"x"


def test_several_files_are_a_list(site):
    photos = [("a.png", make_image()), ("b.png", make_image("jpeg"))]

    send(site, "/photos", name="ann", photos=photos)

    assert get_user(site, "ann 0").avatar.name == "a.png"
    assert get_user(site, "ann 1").avatar.name == "b.png.jpg"


def test_too_many_files_are_an_error_also_with_kept_ones(site):
    photo = ("a.png", make_image())
    answer = send(site, "/photos", name="ann", photos=[photo] * 3)
    assert answer["errors"] == {"photos": ["Choose at most 2 files."]}
    answer = send(site, "/photos", name="", photos=[photo] * 2)
    tokens = read_token(answer, "photos")
    assert len(tokens) == 2

    answer = send(
        site, "/photos", name="ann", photos=[photo], **{"photos-kept": tokens}
    )

    assert answer["errors"] == {"photos": ["Choose at most 2 files."]}


def test_kept_and_new_files_go_together(site):
    photo = ("a.png", make_image())
    tokens = read_token(send(site, "/photos", name="", photos=[photo]), "photos")

    send(site, "/photos", name="ann", photos=[photo], **{"photos-kept": tokens})

    assert get_user(site, "ann 0").avatar
    assert get_user(site, "ann 1").avatar


def test_the_input_says_what_is_accepted(site):
    html = site.app.test_client().get("/user").json["html"]

    assert 'type="file"' in html["avatar"]
    assert 'accept=".gif,.jpg,.jpeg,.png,.apng,.webp"' in html["avatar"]
    for name in re.findall('(?:href|src)="(/-/uploads/[^"]+)"', html["avatar"]):
        with site.app.test_client().get(name) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]


def test_a_hostile_name_is_text_on_the_page(site):
    name = '"><script>alert(1)</script>.txt'

    answer = send(site, name="", letter=[(name, b"hello")])

    assert "<script>alert" not in answer["html"]["letter"]


def test_another_attribute_is_refused(site):
    with pytest.raises(UploadError, match="is no attachment column"):
        type("Bad", (Form,), {"x": AttachmentField(site.User.name)})()


def test_a_form_of_the_model_has_these_fields(site):
    form_class = model_form(site.User, db=site.db)

    with site.app.test_request_context(
        method="POST",
        data={"name": "ann", "letter": (io.BytesIO(b"hello"), "a.txt")},
    ):
        form = form_class()
        assert isinstance(form.letter, AttachmentField)
        assert form.validate(), form.errors
        user = site.User()
        form.populate_obj(user)
        site.db.session.add(user)
        site.db.session.commit()

    assert get_user(site).letter.read() == b"hello"


def test_a_column_that_may_not_be_empty_requires_a_file(site):
    class Paper(site.db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        text: Attached[Document] = attachment(Document, nullable=False)

    class PaperForm(Form):
        class Meta:
            csrf = False

        text = AttachmentField(Paper.text)

    with site.app.test_request_context(method="POST", data={"text": ""}):
        form = PaperForm()
        assert not form.validate()
        assert form.errors == {"text": ["Choose a file."]}
        assert " required" in str(form.text())


def test_a_gallery_needs_no_file_and_an_error_leaves_its_rows_alone(site):
    """The field may have the name of the relation, whose rows are no attachments."""

    class Photo(site.db.Model):
        id: Mapped[int] = mapped_column(primary_key=True)
        file: Attached[Document] = attachment(Document, nullable=False)

    class GalleryForm(Form):
        class Meta:
            csrf = False

        photos = MultipleAttachmentField(Photo.file)

    class Person:
        photos = (Photo(),)

    with site.app.test_request_context(method="POST", data={"photos": ""}):
        assert GalleryForm(obj=Person()).validate()
    bad = {"photos": (io.BytesIO(b"<script>"), "a.txt")}
    with site.app.test_request_context(method="POST", data=bad):
        form = GalleryForm(obj=Person())
        assert not form.validate()
        assert form.photos.data == []
        assert "required" not in str(form.photos())
