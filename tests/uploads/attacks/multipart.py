"""Make bodies of forms with files, most of them broken in some way."""

import random

from .shapes import PHP, SCRIPT, image, pdf, png_header, zipped

FIELDS = ["name", "letter", "avatar", "photos", "letter-kept", "photos-remove", "x"]
NAMES = [
    *("a.txt", "我的.png", "", " ", ".", "..", "../../x", "a\\b", "C:\\x.txt"),
    *('"', 'a"b.txt', "a;b", "a\0b", "a%00b", "con", "a" * 3000, "{{7*7}}", "\ud800"),
]
TYPES = [
    *("text/plain", "image/png", "text/html; charset=x", "multipart/mixed; boundary=y"),
    *("", "/", "application/x-www-form-urlencoded", "message/rfc822", "\xff"),
]
CONTENTS = [
    *(b"", b"hello", SCRIPT, PHP, pdf(), zipped([("a", b"x")]), b"\0" * 5000),
    *(image("png"), image("jpeg"), image("gif")[:30], image("png")[:60]),
    *(png_header(60_000, 60_000), b"\r\n--", b"--cut", b"x" * 150_000, b"\r" * 9000),
]
ENDINGS = [b"\r\n", b"\n", b"\r", b"\r\n\r\n", b" \r\n", b"\0\r\n"]


def make_body(chance: random.Random) -> tuple[bytes, str]:
    """Return a body and its content type."""
    boundary = chance.choice(["cut", "cut", "cut", "-", "c u t", "x" * 200, "cut'()+_"])
    mark = boundary.encode()
    count = chance.choice([0, 1, 1, 2, 3, 4, 12]) if chance.random() < 0.98 else 1200
    make = _make_good_part if chance.random() < 0.3 else _make_part
    parts = [make(chance) for _ in range(count)]
    body = b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts)
    body += b"--" + mark + b"--\r\n"
    if chance.random() < 0.4:
        body = _break(chance, body)
    return body, _make_content_type(chance, boundary)


def _make_good_part(chance: random.Random) -> bytes:
    """Return a part that a browser might send."""
    name, data = chance.choice([
        ("letter", pdf()),
        ("letter", b"hello"),
        ("avatar", image("png")),
        ("photos", image("jpeg")),
    ])
    head = f'Content-Disposition: form-data; name="{name}"; filename="信.x"'
    return head.encode() + b"\r\n\r\n" + data


def _make_part(chance: random.Random) -> bytes:
    ending = b"\r\n" if chance.random() < 0.9 else chance.choice(ENDINGS)
    name = chance.choice(FIELDS)
    lines = [f'Content-Disposition: form-data; name="{name}"']
    is_file = chance.random() < 0.7
    if is_file:
        lines[0] += _make_file_name(chance)
    if chance.random() < 0.6:
        lines.append(f"Content-Type: {chance.choice(TYPES)}")
    if chance.random() < 0.1:
        lines.append("Content-Transfer-Encoding: base64")
    if chance.random() < 0.1:
        lines.append(f"X-{'x' * chance.choice([1, 10_000])}: y")
    if chance.random() < 0.1:
        lines.append(chance.choice(["", ": x", "x", "Content-Disposition", " y: z"]))
    chance.shuffle(lines)
    if chance.random() < 0.05:
        lines = []
    head = b"".join(_encode(line) + ending for line in lines)
    return head + ending + chance.choice(CONTENTS)


def _make_file_name(chance: random.Random) -> str:
    name = chance.choice(NAMES)
    return chance.choice([
        f'; filename="{name}"',
        f"; filename={name}",
        f"; filename*=UTF-8''{name}",
        f"; filename*=latin1'en'%ff%fe; filename=\"{name}\"",
        f'; filename="{name}"; filename="b.png"',
        "; filename",
        f'; filename*0="{name}"; filename*1="b"',
        f'; filename="{name}',
    ])


def _break(chance: random.Random, body: bytes) -> bytes:
    """Cut a body, or change, repeat or leave out some of its bytes."""
    at = chance.randrange(len(body))
    length = chance.choice([1, 2, 5, 50])
    return chance.choice([
        body[:at],
        body[at:],
        body[:at] + bytes([chance.randrange(256)]) + body[at + 1 :],
        body[:at] + chance.randbytes(length) + body[at:],
        body[:at] + body[at + length :],
        body[:at] + body[at : at + length] * 3 + body[at + length :],
        body.replace(b"\r\n", b"\n"),
        body.replace(b"--", b"-", 1),
        body + body,
        b"\r\n" * length + body,
        chance.randbytes(chance.randrange(200)),
    ])


def _make_content_type(chance: random.Random, boundary: str) -> str:
    if chance.random() < 0.85:
        return f'multipart/form-data; boundary="{boundary}"'
    return chance.choice([
        "multipart/form-data",
        "multipart/form-data; boundary=",
        f"multipart/form-data; boundary=other{boundary}",
        f"multipart/mixed; boundary={boundary}",
        f"Multipart/Form-Data; charset=utf-16; boundary={boundary}",
        f"multipart/form-data; boundary={boundary}; boundary=x",
        "application/x-www-form-urlencoded",
        "text/plain",
        "",
    ])


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
