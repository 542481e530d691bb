"""A project knows what was generated, by which version, and no secret of it."""

from pathlib import Path

import pytest

from carboy.cli.manifest import MANIFEST, make_manifest, read_manifest
from carboy.errors import ConfigError


def write(folder, text):
    (folder / MANIFEST).parent.mkdir(exist_ok=True)
    (folder / MANIFEST).write_text(text)


def test_it_is_read_as_it_was_written_without_secrets(tmp_path):
    files = {Path("a.py"): "名\n", Path(".env"): "SECRET_KEY=canary"}
    manifest = make_manifest("1.0", {"name": "shop"}, files)

    write(tmp_path, manifest.render())

    assert read_manifest(tmp_path) == manifest
    assert "canary" not in manifest.render()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": "1", "options": {}, "files": {"../x": ""}}']
)
def test_one_that_cannot_be_read_is_an_error(tmp_path, text):
    write(tmp_path, text)

    with pytest.raises(ConfigError, match="Restore it from version control"):
        read_manifest(tmp_path)


def test_without_one_the_error_says_where_to_run_it(tmp_path):
    with pytest.raises(ConfigError, match="that `carboy new` has created"):
        read_manifest(tmp_path)
