"""If this passes, proxies, streams and uploads work as Flask's documentation says.

The apps are in `handbook.py`; each is driven over real sockets.
"""

import time

import pytest

from tests.server.running import read_replies

NGINX = [
    "X-Forwarded-For: 198.51.100.7",
    "X-Forwarded-Proto: https",
    "X-Forwarded-Host: shop.example",
    "X-Forwarded-Prefix: /shop",
]


def test_an_app_behind_nginx_sees_the_visitor(serve):
    running = serve(target="handbook:proxied")

    assert running.get("/where", *NGINX).json() == {
        "client": "198.51.100.7",
        "url": "https://shop.example/shop/where",
        "root": "/shop",
        "secure": True,
        "link": "https://shop.example/shop/where",
    }


def test_only_as_many_proxies_as_it_was_told_count(serve):
    running = serve(target="handbook:proxied")

    seen = running.get("/where", "X-Forwarded-For: 6.6.6.6, 198.51.100.7").json()

    assert seen["client"] == "198.51.100.7"
    assert seen["url"] == "http://localhost/where"


def test_a_server_that_counts_itself_and_an_app_that_counts_agree(serve):
    running = serve("--trusted-proxies", "127.0.0.1", target="handbook:proxied")

    seen = running.get("/where", *NGINX[:3]).json()

    assert seen["client"] == "198.51.100.7"
    assert seen["url"] == "https://shop.example/where"


@pytest.fixture
def streamed(serve):
    return serve(target="handbook:streamed")


def test_a_generator_is_sent_in_pieces(streamed):
    reply = streamed.get("/large.csv")

    assert reply.body == b"pen,3\nink,12\npad,7\n"
    assert reply["content-type"] == "text/csv"
    assert reply["transfer-encoding"] == "chunked"


def test_a_template_is_streamed(streamed):
    body = streamed.get("/table").body

    assert body == b"<li>pen: 3</li><li>ink: 12</li><li>pad: 7</li>"


def test_a_generator_keeps_the_request_that_it_was_made_in(streamed):
    asks = [
        f"GET /greet?name=n{number} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
        for number in range(20)
    ]
    wires = [streamed.connect() for _ in asks]
    for wire, ask in zip(wires, asks, strict=True):
        wire.sendall(ask)

    bodies = [next(read_replies(wire)).body for wire in wires]

    assert bodies == [f"Hello n{number}!".encode() for number in range(20)]


@pytest.fixture
def uploads(serve, tmp_path):
    folder = tmp_path / "uploads"
    folder.mkdir()
    return serve(target="handbook:uploads", env={"UPLOADS": str(folder)})


def send_form(running, name: str, field="file", data=b"content", cookie=""):
    body = (
        f'--B\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"'
        "\r\nContent-Type: application/octet-stream\r\n\r\n"
    ).encode() + (data + b"\r\n--B--\r\n")
    kind = "Content-Type: multipart/form-data; boundary=B"
    return running.get("/", kind, method="POST", body=body)


@pytest.mark.parametrize("size", [0, 7, 100_000, 1_900_000])
def test_a_file_is_saved_and_given_back(uploads, size):
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)

    reply = send_form(uploads, "a picture.png", data=data)

    assert reply.status == 302
    assert reply["location"] == "/uploads/a_picture.png"
    given = uploads.get(reply["location"])
    assert given.body == data
    assert given["content-type"] == "image/png"


def test_a_name_cannot_leave_the_folder(uploads, tmp_path):
    reply = send_form(uploads, "../../../evil.txt")

    assert reply["location"] == "/uploads/evil.txt"
    assert not (tmp_path / "evil.txt").exists()
    assert uploads.get("/uploads/../server.log").status == 404
    assert uploads.get("/uploads/%2e%2e%2fserver.log").status == 404


@pytest.mark.parametrize(
    ("name", "field", "message"),
    [
        ("a.png", "other", b"No file part"),
        ("", "file", b"No selected file"),
    ],
)
def test_what_is_missing_is_told_on_the_next_page(uploads, name, field, message):
    reply = send_form(uploads, name, field)

    cookie = reply["set-cookie"].partition(";")[0]
    assert reply.status == 302
    assert message in uploads.get("/", f"Cookie: {cookie}").body


def test_another_kind_of_file_is_not_taken(uploads):
    assert send_form(uploads, "a.exe").body == b"Choose a file"


def test_a_client_that_sends_too_much_is_told_so_and_not_cut_off(uploads):
    """Flask's own server resets this connection, as its documentation warns."""
    began = time.monotonic()

    reply = send_form(uploads, "a.png", data=b"x" * 3_000_000)

    assert (reply.status, reply.body) == (413, b"Too much")
    assert time.monotonic() - began < 10
