"""A project with edits is brought over three versions of what `carboy new` writes."""

import shutil
from importlib import metadata
from itertools import pairwise

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


def rename_and_edit(project):
    views = project / "shop" / "views.py"
    (project / "shop" / "pages.py").write_text(
        views.read_text().replace("home.html", "mine.html")
    )
    views.unlink()


def use_crlf(project):
    file = project / "manage.py"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n") + b"# mine\r\n")


def assert_edits_are_kept(project, word):
    pages, manage = project / "shop" / "pages.py", project / "manage.py"
    assert pages.read_text().startswith(f'"""{word} pages')
    assert "mine.html" in pages.read_text()
    assert not (project / "shop" / "views.py").exists()
    settings = (project / "shop" / "settings.py").read_text()
    assert settings.startswith(f'"""{word} settings')
    content = manage.read_bytes()
    assert content.startswith(f'"""{word} command line'.encode())
    assert content.count(b"\r\n") == content.count(b"\n")
    assert content.endswith(b"# mine\r\n")
    assert not (project / "shop" / "commands.py").exists()


def test_renamed_files_and_other_ends_of_lines_survive_three_versions(
    project, versions, carboy
):
    rename_and_edit(project)
    use_crlf(project)
    (project / "shop" / "commands.py").unlink()
    words = ("The", "All", "Each of the", "Our")

    for number, (before, word) in enumerate(pairwise(words), 2):
        names = {"views": "pages", "settings": "settings", "commands": "commands"}
        edits = {
            name: (f'"""{before} {noun}', f'"""{word} {noun}')
            for name, noun in {**names, "manage": "command line"}.items()
        }
        versions.become(f"{number}.0", **edits)
        result = carboy("project", "update")

        assert result.code == 0, result.err
        assert "merged  shop/pages.py" in result.out
        assert "left away, as you removed it  shop/commands.py" in result.out
        assert_edits_are_kept(project, word)
        assert "Nothing to do" in carboy("project", "update").out
        assert_edits_are_kept(project, word)


def test_what_is_no_text_is_left_alone_and_named(project, versions, carboy):
    (project / "manage.py").write_bytes(b"\x89PNG\0\xff")
    versions.become("2.0", manage=('"""The command line', '"""All commands'))

    for words in (("--dry-run",), ()):
        result = carboy("project", "update", *words)

        assert result.code == 0, result.err
        line = "LEFT ALONE, it is not text in UTF-8  manage.py"
        assert line in result.out + result.err
        assert (project / "manage.py").read_bytes() == b"\x89PNG\0\xff"


def test_a_file_that_two_others_are_like_was_not_renamed(project, versions, carboy):
    views = project / "shop" / "views.py"
    for name in ("one.py", "two.py"):
        shutil.copy(views, project / "shop" / name)
    views.unlink()
    versions.become("2.0", views=('"""The pages', '"""All pages'))

    result = carboy("project", "update")

    assert "left away, as you removed it  shop/views.py" in result.out
    assert "All pages" not in (project / "shop" / "one.py").read_text()


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
