"""A name is data: what is shown of it cannot be a path, a header or a program."""

import pytest
from werkzeug.utils import secure_filename

from carboy.uploads.content.kinds import KINDS
from carboy.uploads.content.names import MAX_NAME, clean_name, name_for_kind
from carboy.uploads.intake import make_key, make_owner
from carboy.uploads.storages.storage import check_key

NAMES = [
    ("photo.jpg", "photo.jpg"),
    ("我的头像.jpg", "我的头像.jpg"),
    ("Ångström é.png", "Ångström é.png"),
    ("../../etc/passwd", "passwd"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("/etc/passwd", "passwd"),
    ("C:\\Users\\x\\a.jpg", "a.jpg"),
    ("\\\\host\\share\\a.jpg", "a.jpg"),
    ("a/../b.txt", "b.txt"),
    ("....//....//a", "a"),
    ("..", "file"),
    (".", "file"),
    ("", "file"),
    (None, "file"),
    ("   ", "file"),
    ("/", "file"),
    (".htaccess", "htaccess"),
    ("..htaccess", "htaccess"),
    ("a.txt.", "a.txt"),
    ("a.txt ", "a.txt"),
    ("a.txt . .", "a.txt"),
    ("a.txt\0.png", "a.txt.png"),
    ("a.txt%00.png", "a.txt%00.png"),
    ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie_ x=1.txt"),
    ("a\nb.txt", "ab.txt"),
    ("a\tb.txt", "ab.txt"),
    ("a\x7fb.txt", "ab.txt"),
    ("a\u2028b.txt", "ab.txt"),
    ("photo\u202egpj.exe", "photogpj.exe"),
    ("a\u200b.txt", "a.txt"),
    ("\ufeffa.txt", "a.txt"),
    ("a\ud800.txt", "a.txt"),
    ("a\ue000.txt", "a.txt"),
    ('a".txt', "a_.txt"),
    ("a;filename=b.txt", "a;filename=b.txt"),
    ("<script>.txt", "_script_.txt"),
    ("a|b?.txt", "a_b_.txt"),
    ("*.txt", "_.txt"),
    ("a:b.txt", "a_b.txt"),
    ("a.txt::$DATA", "a.txt__$DATA"),
    ("con", "_con"),
    ("CON.txt", "_CON.txt"),
    ("nul.tar.gz", "_nul.tar.gz"),
    ("COM1.jpg", "_COM1.jpg"),
    ("com¹.txt", "_com¹.txt"),
    ("lpt9", "_lpt9"),
    ("conin$", "_conin$"),
    ("console.txt", "console.txt"),
    ("aux.h", "_aux.h"),
    ("-rf", "-rf"),
    ("$(id).txt", "$(id).txt"),
    ("`id`.txt", "`id`.txt"),
    ("{{7*7}}.txt", "{{7_7}}.txt"),
    ("' or 1=1--.txt", "' or 1=1--.txt"),
    ("e\u0301.txt", "é.txt"),
    ("ﬁle.txt", "ﬁle.txt"),
    ("a" * 300 + ".txt", "a" * 196 + ".txt"),
    ("a." + "x" * 300, "a." + "x" * 198),
    ("头" * 100 + ".png", "头" * 65 + ".png"),
    ("%2e%2e%2fa", "%2e%2e%2fa"),
    ("\uff0e\uff0e\uff0fa", "\uff0e\uff0e\uff0fa"),
    ("\u2215etc\u2215passwd", "\u2215etc\u2215passwd"),
]

SHOWN = [
    ("a.php.png", "png", "a.php.png"),
    ("a.php", "png", "a.php.png"),
    ("a.html", "jpeg", "a.html.jpg"),
    ("a.jpeg", "jpeg", "a.jpeg"),
    ("a.JPG", "jpeg", "a.JPG"),
    ("a.svg", "png", "a.svg.png"),
    ("a.exe", "pdf", "a.exe.pdf"),
    ("a", "pdf", "a.pdf"),
    ("a.png", "webp", "a.png.webp"),
    ("a.md", "text", "a.md"),
    ("a.html", "text", "a.html.txt"),
    ("a.js", "text", "a.js.txt"),
    ("a.hta", "text", "a.hta.txt"),
    ("a.bat", "text", "a.bat.txt"),
    ("a.lnk", "zip", "a.lnk.zip"),
    ("a.html", "html", "a.html"),
    ("a.xyz", "binary", "a.xyz"),
    ("a" * 200, "png", "a" * 196 + ".png"),
]


@pytest.mark.parametrize(("name", "cleaned"), NAMES)
def test_a_name_is_cleaned(name, cleaned):
    assert clean_name(name) == cleaned
    assert clean_name(cleaned) == cleaned
    assert len(clean_name(name).encode()) <= MAX_NAME


@pytest.mark.parametrize(("name", "kind", "shown"), SHOWN)
def test_the_extension_is_that_of_the_content(name, kind, shown):
    assert name_for_kind(name, KINDS[kind]) == shown


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.name)
def test_a_key_has_nothing_of_a_name(kind):
    key = make_key(make_owner("users", "avatar"), kind)

    assert check_key(key) == key
    assert key.startswith("users.avatar/")
    if kind.group in {"active", "other"}:
        assert "." not in key.rpartition("/")[2]


@pytest.mark.parametrize(
    ("table", "column"), [("..", "x"), ("a/b", "c"), ("用户", "头像"), ("", "")]
)
def test_the_names_of_a_table_make_a_valid_key(table, column):
    key = make_key(make_owner(table, column), KINDS["png"])

    assert check_key(key) == key


def test_names_that_the_notes_lose_are_kept():
    assert secure_filename("头像.jpg") == "jpg"

    assert clean_name("头像.jpg") == "头像.jpg"
