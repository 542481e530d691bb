"""The folder of a project is the nearest one that looks like it."""

import pytest

from carboy.core import find_project_folder


@pytest.mark.parametrize("marker", ["pyproject.toml", "manage.py", "settings.toml"])
def test_the_nearest_folder_with_a_marker_is_the_project(tmp_path, marker):
    package = tmp_path / "src" / "shop"
    package.mkdir(parents=True)
    (tmp_path / marker).touch()

    assert find_project_folder(package) == tmp_path
    (package / ".env").touch()
    assert find_project_folder(package) == package


def test_a_folder_far_above_is_another_project(tmp_path):
    deep = tmp_path / "a" / "b" / "c" / "d"
    deep.mkdir(parents=True)
    (tmp_path / "manage.py").touch()

    assert find_project_folder(deep) is None
    assert find_project_folder(deep.parent) == tmp_path


def test_other_markers_can_be_asked_for(tmp_path):
    (tmp_path / ".git").mkdir()

    assert find_project_folder(tmp_path, (".git",)) == tmp_path
