"""If this passes, the modules of a project are found, and its tests are not."""

from carboy.upgrade.import_probe import list_modules, probe


def test_modules_are_found(tmp_path):
    for name in (
        "a.py",
        "p/__init__.py",
        "p/b.py",
        "tests/c.py",
        "test_d.py",
        "x-y.py",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("")

    assert [*list_modules(tmp_path)] == ["a", "p", "p.b"]


def test_errors_are_told_by_module(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "probed_broken.py").write_text("raise SystemExit(3)\n")

    assert probe(tmp_path)["failed"] == ["import probed_broken: SystemExit: 3"]
