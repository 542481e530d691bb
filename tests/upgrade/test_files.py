"""If this passes, a project's own files are looked at, each as what it is."""

from pathlib import PurePath

import pytest

from carboy.upgrade.files import find_root, kinds_of, list_files


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("a.py", ("python",)),
        ("setup.py", ("python", "requirements")),
        ("templates/a.html", ("template",)),
        ("templates/mail.txt", ("template",)),
        ("requirements/dev.txt", ("requirements",)),
        ("dev-requirements.txt", ("requirements",)),
        ("notes/dev.txt", ()),
        ("Pipfile", ("requirements",)),
        ("pyproject.toml", ("requirements",)),
        ("Dockerfile", ("config",)),
        (".env", ("config",)),
        (".github/workflows/ci.yml", ("config",)),
        ("data/x.yml", ()),
        ("docker-compose.yml", ("config",)),
        ("a.js", ()),
    ],
)
def test_files_have_kinds(name, kinds):
    assert kinds_of(PurePath(name)) == kinds


def test_environments_and_caches_are_left_out(tmp_path):
    for name in (
        "a.py",
        "env2/pyvenv.cfg",
        "env2/b.py",
        ".tox/c.py",
        "node_modules/d.py",
        "sub/e.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")

    assert [p.relative_to(tmp_path).as_posix() for p in list_files([tmp_path])] == [
        "a.py",
        "sub/e.py",
    ]


def test_the_root_has_a_sign(tmp_path):
    (tmp_path / "setup.py").write_text("")
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)

    assert find_root(inner) == tmp_path
