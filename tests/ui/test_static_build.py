"""The build leaves compressed forms of what gains by it, and nothing else."""

import gzip

import brotli
import pytest
import zstandard

from carboy.errors import ConfigError
from carboy.ui.assets import make_digest
from carboy.ui.static_build import build_static

CSS = "body { color: teal }\n" * 50


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "css").mkdir()
    (tmp_path / "css" / "site.css").write_text(CSS)
    (tmp_path / "tiny.css").write_text("a{}")
    (tmp_path / "photo.png").write_bytes(bytes(range(256)) * 8)
    return tmp_path


def list_built(folder):
    return {path.name: path.read_bytes() for path in (folder / ".carboy").iterdir()}


def test_each_text_file_has_three_forms_if_they_are_smaller(folder):
    built = {file.name: file for file in build_static(folder)}

    assert set(built) == {"css/site.css", "tiny.css"}
    assert built["tiny.css"].sizes == {"br": 0, "zstd": 0, "gzip": 0}
    digest = make_digest(CSS.encode())
    forms = list_built(folder)
    assert set(forms) == {f"{digest}.br", f"{digest}.zst", f"{digest}.gz"}
    assert brotli.decompress(forms[f"{digest}.br"]) == CSS.encode()
    assert zstandard.decompress(forms[f"{digest}.zst"]) == CSS.encode()
    assert gzip.decompress(forms[f"{digest}.gz"]) == CSS.encode()


def test_a_second_build_writes_nothing_again_and_removes_what_is_left_over(folder):
    list(build_static(folder))
    before = list_built(folder)
    times = {p: p.stat().st_mtime_ns for p in (folder / ".carboy").iterdir()}
    (folder / ".carboy" / "0123456789ab.br").write_bytes(b"old")

    list(build_static(folder))

    assert list_built(folder) == before
    assert times == {p: p.stat().st_mtime_ns for p in (folder / ".carboy").iterdir()}

    (folder / "css" / "site.css").unlink()
    list(build_static(folder))
    assert list_built(folder) == {}


def test_a_build_is_the_same_each_time(folder):
    list(build_static(folder))
    first = list_built(folder)
    for path in (folder / ".carboy").iterdir():
        path.unlink()

    list(build_static(folder))

    assert list_built(folder) == first


def test_a_folder_that_cannot_be_written_is_named(folder):
    (folder / ".carboy").write_text("in the way")

    with pytest.raises(ConfigError, match=r"\.carboy cannot be created"):
        list(build_static(folder))
