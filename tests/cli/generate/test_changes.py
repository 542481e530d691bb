"""Either everything is written or nothing, and no file is overwritten."""

import pytest

from carboy.cli.generate.changes import FileChanges
from carboy.errors import ConfigError


def test_everything_is_shown_as_a_diff_and_then_written(tmp_path):
    old = tmp_path / "old.py"
    old.write_text("a\n")
    changes = FileChanges(tmp_path)
    changes.create(tmp_path / "new" / "file.py", "b\n")
    changes.create_missing(old, "never")
    changes.edit(old, "a\nc\n")
    changes.edit(old, "a\nc\n")

    diff = "".join(changes.diff())
    assert "+++ b/new/file.py" in diff
    assert "+c" in diff
    assert not (tmp_path / "new").exists()

    changes.write()
    assert (tmp_path / "new" / "file.py").read_text() == "b\n"
    assert old.read_text() == "a\nc\n"


def test_a_file_that_exists_stops_everything(tmp_path):
    (tmp_path / "taken.py").write_text("mine")
    changes = FileChanges(tmp_path)
    changes.create(tmp_path / "a.py", "a")
    changes.create(tmp_path / "taken.py", "b")

    with pytest.raises(ConfigError, match=r"taken\.py exists already. Nothing was"):
        changes.write()
    assert not (tmp_path / "a.py").exists()
    assert (tmp_path / "taken.py").read_text() == "mine"


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    changes = FileChanges(tmp_path)
    changes.create(tmp_path / "a.py", "a")
    changes.create(tmp_path / "blocked" / "b.py", "b")

    with pytest.raises(ConfigError, match="Nothing was changed"):
        changes.write()
    assert not (tmp_path / "a.py").exists()
