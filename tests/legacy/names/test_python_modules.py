"""If this passes, modules that Python removed have the parts that sites use."""

import io

import pytest

from carboy.legacy.names.python_modules import (
    LooseVersion,
    StrictVersion,
    copy_tree,
    escape_html,
    find_module,
    load_source,
    new_module,
    parse_header,
    strtobool,
    what_image,
)

pytestmark = pytest.mark.filterwarnings("ignore")


@pytest.mark.parametrize("kind", [LooseVersion, StrictVersion])
def test_versions_are_compared_by_number(kind):
    assert kind("0.10") > kind("0.9")
    assert kind("1.0") < "1.0.1"
    assert str(kind("1.2")) == "1.2"


def test_words_in_versions_are_no_error():
    assert LooseVersion("1.0.dev1") < LooseVersion("1.0.1")
    with pytest.raises(ValueError, match="invalid version"):
        StrictVersion("one")


def test_truth_values():
    assert [strtobool(word) for word in ("Yes", "off")] == [1, 0]
    with pytest.raises(ValueError, match="maybe"):
        strtobool("maybe")


def test_pictures_are_told_by_their_first_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"\x89PNG\r\n\x1a\n123")
    file = io.BytesIO(b"GIF89a...")

    assert what_image(str(tmp_path / "a")) == "png"
    assert what_image(file) == "gif"
    assert file.tell() == 0
    assert what_image(None, h=b"\xff\xd8\xff\xe0") == "jpeg"
    assert what_image(None, h=b"<script>") is None


def test_files_are_imported(tmp_path):
    (tmp_path / "part.py").write_text("x = 5")

    assert load_source("legacy_part", str(tmp_path / "part.py")).x == 5
    assert find_module("json")[1].endswith("__init__.py")
    with pytest.raises(ImportError):
        find_module("nowhere_at_all")
    assert new_module("m").__name__ == "m"
    assert len(copy_tree(str(tmp_path), str(tmp_path / "copy"))) >= 1


def test_headers_and_texts():
    assert parse_header('text/html; charset="utf-8"') == (
        "text/html",
        {"charset": "utf-8"},
    )
    assert escape_html('<a href="">') == '&lt;a href=""&gt;'
    assert escape_html('"', quote=True) == "&quot;"


def test_the_modules_can_be_imported(run_old):
    names = run_old(
        "import cgi, imp, imghdr\n"
        "from distutils.version import LooseVersion\n"
        "from distutils.util import strtobool\n"
        "escaped = cgi.escape('<')\n"
    )

    assert names["escaped"] == "&lt;"
    assert names["imp"].new_module("x").__name__ == "x"
