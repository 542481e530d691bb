"""Models are found where sites keep them, and nothing else is imported."""

import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from carboy.db.migrations.find_models import import_models

FILES = [
    "shop/__init__.py",
    "shop/models.py",
    "shop/blog/__init__.py",
    "shop/blog/models/__init__.py",
    "shop/blog/models/post.py",
    "shop/blog/views.py",
    "shop/tests/__init__.py",
    "shop/tests/models.py",
    "shop/assets/models.py",
]


@pytest.fixture
def project(tmp_path, monkeypatch) -> Any:
    for name in FILES:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name in [n for n in sys.modules if n.partition(".")[0] in {"shop", "models"}]:
        del sys.modules[name]


def test_a_package_is_searched(project) -> None:
    app = Flask("shop", root_path=str(project / "shop"), instance_path=str(project))

    assert import_models(app, []) == [
        "shop.blog.models",
        "shop.blog.models.post",
        "shop.models",
    ]
    assert "shop.blog.views" not in sys.modules


def test_a_module_next_to_the_app_is_found(project) -> None:
    (project / "models.py").write_text("")
    app = Flask("app", root_path=str(project), instance_path=str(project))

    assert import_models(app, []) == ["models", "shop.models"]


def test_a_site_may_say_it_itself(project: Path) -> None:
    app = Flask("shop", root_path=str(project / "shop"), instance_path=str(project))

    assert import_models(app, ["shop.blog.views"]) == ["shop.blog.views"]
