"""If this passes, a target leads to its app or to one line that says why not."""

import sys

import pytest

from carboy.server import TargetError, load_target

MODULE = """
def app(environ, start): ...
def create_app(name="x"): return app
def create_broken(): raise LookupError("no configuration")
def create_number(): return 3
class site: wsgi = app
number = 3
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    known = set(sys.modules)
    (tmp_path / "target_shop.py").write_text(MODULE)
    (tmp_path / "target_bad.py").write_text("import target_missing")
    (tmp_path / "target_worse.py").write_text("1 / 0")
    (tmp_path / "target_empty.py").write_text("")
    (tmp_path / "target_made.py").write_text(
        MODULE
        .replace("def app", "def _a", 1)
        .replace("return app", "return _a")
        .replace("wsgi = app", "x = 1")
    )
    yield tmp_path
    for name in set(sys.modules) - known:
        del sys.modules[name]


@pytest.mark.parametrize(
    "target",
    [
        "target_shop:app",
        "target_shop:create_app()",
        "target_shop:create_app",
        "target_shop:site.wsgi",
        "target_shop",
        "target_shop.py",
        "target_shop.py:app",
        "target_made",
    ],
)
def test_targets_that_lead_to_an_app(target):
    assert load_target(target).__name__ in {"app", "_a"}


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (":app", "names no module"),
        ("target_nowhere:app", "There is no module 'target_nowhere'"),
        ("target_shop.sub:app", "There is no module"),
        (
            "target_bad:app",
            "^target_bad.py line 1 needs the package target_missing, which is not "
            "installed. Install it in this environment .*, or correct the name.$",
        ),
        ("target_worse:app", "failed with ZeroDivisionError"),
        ("target_worse.py", "failed with ZeroDivisionError"),
        ("missing.py", "There is no file 'missing.py'"),
        ("target_shop:other", "has no 'other'.* It has app, create_app"),
        ("target_shop:number", "leads to a int, which cannot be called"),
        ("target_shop:number()", "calls a int, which cannot be called"),
        ("target_shop:create_number()", "leads to a int"),
        ("target_shop:create_broken()", "failed with LookupError: no configuration"),
        ("target_empty", "has none of app, application"),
    ],
)
def test_targets_that_do_not(target, message):
    with pytest.raises(TargetError, match=message):
        load_target(target)


def test_the_place_of_the_failure_is_shown():
    with pytest.raises(TargetError, match=r'target_worse\.py", line 1'):
        load_target("target_worse:app")
