"""If this passes, a proof starts from a commit, on a branch of its own."""

import pytest

from carboy.errors import ConfigError
from carboy.upgrade.git import find_repository, free_branch
from tests.upgrade.repositories import make_repository


def test_a_branch_is_new(tmp_path):
    repository = make_repository(tmp_path, {"a.py": ""})
    repository.run("branch", "carboy-upgrade")

    assert free_branch(repository) == "carboy-upgrade-2"
    assert find_repository(tmp_path).folder == tmp_path


def test_changes_that_are_not_committed_are_refused(tmp_path):
    make_repository(tmp_path, {"a.py": ""})
    (tmp_path / "a.py").write_text("x = 1\n")

    with pytest.raises(ConfigError, match="Commit or stash"):
        find_repository(tmp_path)


def test_a_folder_without_a_repository_gets_the_commands(tmp_path):
    with pytest.raises(ConfigError, match="git init"):
        find_repository(tmp_path)
