"""Files are served so that nothing in them can act for the site."""

import io
from urllib.parse import quote

import pytest
from PIL import Image as PillowImage

from carboy.uploads import attachment, column
from carboy.uploads.serving import POLICY

from .conftest import make_file, make_image


@pytest.fixture
def client(shop):
    return shop.app.test_client()


@pytest.fixture
def user(shop):
    user = shop.User(
        name="ann",
        avatar=make_file(make_image("jpeg"), "我的头像.png"),
        letter=make_file(b"0123456789", 'Brief an "Änne"\r\nX: y.txt'),
    )
    shop.db.session.add(user)
    shop.db.session.commit()
    return user


def test_an_image_is_shown_and_never_changes(client, user):
    with client.get(user.avatar.url()) as answer:
        assert answer.status_code == 200
        assert answer.content_type == "image/jpeg"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Disposition"].startswith("inline")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.data == user.avatar.read()
        assert "Set-Cookie" not in answer.headers


def test_the_name_of_the_sender_is_written_for_every_browser(client, user):
    assert user.avatar.name == "我的头像.png.jpg"

    with client.get(user.avatar.url()) as answer:
        header = answer.headers["Content-Disposition"]

    assert f"filename*=UTF-8''{quote('我的头像.png.jpg')}" in header


def test_a_document_is_saved_and_not_shown(client, user):
    with client.get(user.letter.url()) as answer:
        assert answer.status_code == 200
        header = answer.headers["Content-Disposition"]
        assert header.startswith("attachment")
        assert "\r" not in header
        assert "\n" not in header
        assert answer.content_type == "text/plain; charset=utf-8"
        assert answer.headers["Cache-Control"].startswith("private, max-age=")
        assert answer.data == b"0123456789"


def test_an_image_can_be_saved(client, user):
    with client.get(user.avatar.url(download=True)) as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("header", "status", "body"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=-3", 206, b"789"),
        ("bytes=8-", 206, b"89"),
        ("bytes=20-", 416, None),
    ],
)
@pytest.mark.parametrize("storage", ["local:uploads", "memory:"])
def test_a_part_is_served(make_shop, storage, header, status, body):
    shop = make_shop(UPLOADS_STORAGE=storage)
    with shop.app.app_context():
        user = shop.User(name="ann", letter=make_file(b"0123456789", "a.txt"))
        shop.db.session.add(user)
        shop.db.session.commit()
        url = user.letter.url()

        with shop.app.test_client().get(url, headers={"Range": header}) as answer:
            assert answer.status_code == status
            assert body is None or answer.data == body


def test_a_redirect_to_s3_is_not_kept_longer_than_its_url(make_shop, fake_s3):
    """Also that of a public file, whose own link never changes."""
    shop = make_shop(UPLOADS_STORAGE=fake_s3.url)
    with shop.app.test_request_context():
        user = shop.User(name="ann", avatar=make_file(make_image(), "a.png"))
        shop.db.session.add(user)
        shop.db.session.commit()
        links = [user.avatar.url(), user.avatar.url("small")]

    for link in links:
        answer = shop.app.test_client().get(link)
        assert answer.status_code == 302
        assert answer.headers["Cache-Control"] == "private, max-age=60"


def test_what_a_browser_has_is_not_sent_again(client, user):
    with client.get(user.avatar.url()) as answer:
        etag = answer.headers["ETag"]

    with client.get(user.avatar.url(), headers={"If-None-Match": etag}) as answer:
        assert answer.status_code == 304
        assert answer.data == b""


@pytest.mark.parametrize("part", ["k", "i", "s", "e", "v", "name", "key"])
def test_a_changed_link_is_refused(client, user, part):
    url = user.letter.url()
    path, _, query = url.partition("?")
    values = dict(each.split("=") for each in query.split("&"))
    if part == "name":
        path = path.rpartition("/")[0] + "/evil.html"
    elif part == "key":
        path = path.replace("user.letter/", "user.avatar/")
    else:
        values[part] = {"k": "html", "i": "1", "e": "9999999999"}.get(part, "x")
    changed = path + "?" + "&".join(f"{key}={value}" for key, value in values.items())

    assert client.get(changed).status_code == 403
    assert client.get(path).status_code == 403


def test_a_private_link_expires(shop, client, user):
    state = shop.app.extensions["carboy_uploads"]
    url = user.letter.url(expires=60)
    now = state.links._clock()
    state.links._clock = lambda: now + 60
    with client.get(url) as answer:
        assert answer.status_code == 200

    state.links._clock = lambda: now + 90

    assert client.get(url).status_code == 403


def test_links_are_the_same_for_a_while(shop, user):
    state = shop.app.extensions["carboy_uploads"]
    state.links._clock = lambda: 1000.0
    first = user.letter.url(expires=800)
    state.links._clock = lambda: 1099.0

    assert user.letter.url(expires=800) == first


def test_an_old_key_of_the_site_still_opens_links(shop, client, user):
    url = user.avatar.url()

    shop.app.config["SECRET_KEY_FALLBACKS"] = [shop.app.secret_key]
    shop.app.secret_key = "n" * 32

    with client.get(url) as answer:
        assert answer.status_code == 200
    assert user.avatar.url() != url


def test_a_public_link_of_a_column_that_is_private_now_is_refused(shop, client, user):
    url = user.avatar.url()
    state = shop.app.extensions["carboy_uploads"]
    rules = column.make_rules(attachment.__globals__["AttachedFile"], private=True)
    state.rules["user.avatar"] = rules

    assert client.get(url).status_code == 403


def test_a_policy_decides_at_each_request(shop, client, user):
    state = shop.app.extensions["carboy_uploads"]
    allowed = [True]
    seen = []

    def policy(file):
        seen.append((file.key, file.name))
        return allowed[0]

    state.find_rules(user.letter.key)
    state.rules["user.letter"] = column.make_rules(policy=policy)
    url = user.letter.url()
    with client.get(url) as answer:
        assert answer.status_code == 200

    allowed[0] = False

    assert client.get(url).status_code == 403
    assert seen[0] == (user.letter.key, user.letter.name)


def test_a_deleted_file_is_not_found(shop, client, user):
    urls = [user.avatar.url(), user.avatar.url("small"), user.letter.url()]
    shop.db.session.delete(user)
    shop.db.session.commit()

    assert [client.get(url).status_code for url in urls] == [404, 404, 404]
    assert shop.list_files() == []


def test_a_variant_is_made_once_and_fits(shop, client, user, monkeypatch):
    url = user.avatar.url("small")
    with client.get(url) as answer:
        image = PillowImage.open(io.BytesIO(answer.data))
    assert image.size == (16, 12)

    def fail(*_args):
        raise AssertionError("It was decoded again.")

    state = shop.app.extensions["carboy_uploads"]
    monkeypatch.setattr(type(state.images), "encode", fail)

    with client.get(url) as answer:
        assert answer.status_code == 200


def test_an_unknown_variant_is_an_error_of_the_template(user):
    with pytest.raises(Exception, match=r"has no variant 'huge'. Its column declares"):
        user.avatar.url("huge")


def test_a_view_of_the_site_sends_a_file(shop, client, user):
    key = user.id

    @shop.app.get("/letters/<int:number>")
    def show(number):
        return shop.uploads.send(shop.db.session.get(shop.User, number).letter)

    with client.get(f"/letters/{key}") as answer:
        assert answer.data == b"0123456789"
        assert answer.headers["Content-Security-Policy"] == POLICY
        assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_view_sends_404_for_a_row_without_a_file(shop, client, user):
    key = user.letter.key
    files = {"none": lambda: None, "lost": lambda: shop.db.session.get(shop.User, 1)}

    @shop.app.get("/<name>.txt")
    def send(name):
        found = files[name]()
        return shop.uploads.send(found and found.letter)

    with client.get("/lost.txt") as answer:
        assert answer.status_code == 200
    shop.uploads.storage.delete(key)
    assert client.get("/none.txt").status_code == 404
    assert client.get("/lost.txt").status_code == 404


def test_nothing_outside_is_served(client, user):
    for path in ("..%2f..%2fetc/passwd", "etc/passwd", "a", "%00/x", "a/b?s=x&e=z"):
        assert client.get(f"/uploads/{path}").status_code in {403, 404}
