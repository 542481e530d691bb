"""A project with edits is brought over three versions of what `carboy new` writes."""

import shutil
from importlib import metadata

import pytest

from carboy.cli import new
from carboy.cli.manifest import read_manifest


class Versions:
    """Makes this Carboy another version, with other skeletons."""

    def __init__(self, monkeypatch, folder):
        self.skeleton = folder / "skeleton"
        shutil.copytree(new.SKELETON, self.skeleton)
        self._monkeypatch = monkeypatch
        monkeypatch.setattr(new, "SKELETON", self.skeleton)

    def become(self, version, **edits):
        real = metadata.version
        self._monkeypatch.setattr(
            "importlib.metadata.version",
            lambda name: version if name == "carboy" else real(name),
        )
        for name, (before, after) in edits.items():
            files = [*self.skeleton.rglob(f"{name}.py.tmpl")]
            assert any(before in file.read_text() for file in files)
            for file in files:
                file.write_text(file.read_text().replace(before, after))


@pytest.fixture
def versions(monkeypatch, tmp_path_factory):
    return Versions(monkeypatch, tmp_path_factory.mktemp("versions"))


@pytest.fixture
def project(carboy, folder, versions, monkeypatch):
    versions.become("1.0")
    assert carboy("new", "shop", "--minimal").code == 0
    monkeypatch.chdir(folder / "shop")
    return folder / "shop"


def edit(file, before, after):
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def test_edits_survive_three_versions_and_conflicts_are_marked(
    project, versions, carboy
):
    views, manage = project / "shop" / "views.py", project / "manage.py"
    edit(views, 'return render_template("home.html")', 'return "mine"')
    (project / "README.md").unlink()

    versions.become("2.0", manage=('"""The command line', '"""All commands'))
    (versions.skeleton / "every" / "package" / "news.py.tmpl").write_text("NEW = 1\n")
    (versions.skeleton / "every" / "dot-env.example.tmpl").unlink()
    result = carboy("project", "update")

    assert result.code == 0, result.err
    assert 'return "mine"' in views.read_text()
    assert manage.read_text().startswith('"""All commands')
    assert (project / "shop" / "news.py").read_text() == "NEW = 1\n"
    assert not (project / ".env.example").exists()
    assert not (project / "README.md").exists()
    assert read_manifest(project).version == "2.0"
    assert "carboy>=2.0" in (project / "requirements.txt").read_text()

    edit(manage, "All commands", "My commands")
    versions.become(
        "3.0",
        manage=("All commands", "Each command"),
        views=('"""The pages', '"""All pages'),
    )
    result = carboy("project", "update")

    assert result.code == 1
    assert "CONFLICT  manage.py" in result.out
    text = manage.read_text()
    assert "My commands" in text
    assert "Each command" in text
    assert views.read_text().startswith('"""All pages')
    assert 'return "mine"' in views.read_text()

    again = carboy("project", "update")
    assert again.code == 1
    assert "manage.py has the marks of a conflict" in again.err
    manage.write_text('"""My commands, each."""\n')
    assert "Nothing to do" in carboy("project", "update").out


def read_all(folder):
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_dry_run_shows_the_changes_and_writes_nothing(project, versions, carboy):
    edit(project / "shop" / "views.py", "home.html", "mine.html")
    versions.become("2.0", views=('"""The pages', '"""All pages'))
    before = read_all(project)

    result = carboy("project", "update", "--dry-run")

    assert result.code == 0, result.err
    assert '+"""All pages' in result.out
    assert "merged  shop/views.py" in result.err
    assert read_all(project) == before


def test_a_project_of_this_version_has_nothing_to_do(project, carboy):
    before = read_all(project)

    assert "Nothing to do" in carboy("project", "update").out
    assert read_all(project) == before


def test_another_folder_is_refused(folder, carboy):
    result = carboy("project", "update")

    assert result.code == 1
    assert "Run this in the folder of a project" in result.err
