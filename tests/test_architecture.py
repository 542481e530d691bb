"""If this passes, the tree has the shape that CONTRIBUTING.md describes."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import architecture
from tests.source_trees import forget_trees

ROOT = Path(__file__).resolve().parent.parent

# Module → why it needs no test file of its own.
WITHOUT_TEST = {
    "src/carboy/errors.py": "holds names, and each is raised in the test of its user",
    "src/carboy_pytest.py": "the plugin; tests/testing/test_plugin.py runs it",
}


def unmirrored(root: Path) -> list[str]:
    return architecture.list_unmirrored(root, WITHOUT_TEST)


CHECKS = [
    architecture.list_long_files,
    architecture.list_vague_names,
    unmirrored,
    architecture.list_busy_front_doors,
    architecture.list_front_door_imports,
    architecture.list_border_crossings,
    architecture.list_unsafe_code,
    architecture.list_remote_assets,
]


@pytest.fixture(scope="module", autouse=True)
def shared_trees() -> Iterator[None]:
    gc.disable()
    yield
    forget_trees()
    gc.enable()


@pytest.mark.parametrize("check", CHECKS)
def test_the_tree_holds_to_its_rules(check: Callable[[Path], list[str]]):
    problems = check(ROOT)

    assert not problems, "\n" + "\n".join(problems)


def test_the_layers_hold():
    done = lint_imports(ROOT)

    assert done.returncode == 0, done.stdout + done.stderr


def test_broken_layers_are_found(tmp_path):
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    plant(tmp_path, "src/carboy/novel/__init__.py", '"""New."""\n')
    points_up = '"""Errors."""\nfrom carboy.core import Carboy\n'
    plant(tmp_path, "src/carboy/errors.py", points_up)

    done = lint_imports(tmp_path)

    assert done.returncode != 0
    # A folder without a layer, and an import that points up.
    assert "carboy.novel" in done.stdout
    assert "carboy.errors -> carboy.core" in done.stdout


def test_long_files_are_found(tmp_path):
    plant(tmp_path, "src/carboy/a.py", "x = 1\n" * 400)
    plant(tmp_path, "bench/b.py", "x = 1\n" * 401)
    plant(tmp_path, "scripts/program", "x\n" * 401)

    problems = architecture.list_long_files(tmp_path)

    assert {problem.split()[0] for problem in problems} == {
        "scripts/program",
        "bench/b.py",
    }


@pytest.mark.parametrize(
    "path",
    [
        "src/carboy/utils.py",
        "src/carboy/db/_helpers.py",
        "src/carboy/common/names.py",
        "tests/test_misc.py",
        "src/carboy/db/base.py",
    ],
)
def test_vague_names_are_found(tmp_path, path):
    plant(tmp_path, path)

    assert len(architecture.list_vague_names(tmp_path)) == 1


def test_a_contract_beside_its_memory_may_be_called_base(tmp_path):
    plant(tmp_path, "src/carboy/stores/base.py")
    plant(tmp_path, "tests/stores/test_base.py")
    plant(tmp_path, "src/carboy/stores/memory.py")

    assert architecture.list_vague_names(tmp_path) == []


def test_a_module_without_its_test_is_found(tmp_path):
    plant(tmp_path, "src/carboy/db/urls.py")
    plant(tmp_path, "src/carboy/db/pages.py")
    plant(tmp_path, "tests/db/test_pages.py")
    plant(tmp_path, "src/carboy/db/__init__.py")
    plant(tmp_path, "src/carboy/db/templates/page.py")
    plant(tmp_path, "src/carboy_beside.py")

    problems = architecture.list_unmirrored(tmp_path, {})

    assert problems == [
        "src/carboy/db/urls.py has no test. Write tests/db/test_urls.py.",
        "src/carboy_beside.py has no test. Write tests/test_carboy_beside.py.",
    ]


def test_backends_may_share_the_tests_of_their_contract(tmp_path):
    plant(tmp_path, "src/carboy/stores/backends/redis.py")
    assert architecture.list_unmirrored(tmp_path, {})

    plant(tmp_path, "tests/stores/test_contract.py")

    assert architecture.list_unmirrored(tmp_path, {}) == []


def test_an_excuse_that_is_no_longer_needed_is_found(tmp_path):
    plant(tmp_path, "src/carboy/db/urls.py")
    plant(tmp_path, "tests/db/test_urls.py")
    excuses = {"src/carboy/db/urls.py": "was hard", "src/carboy/gone.py": "was easy"}

    problems = architecture.list_unmirrored(tmp_path, excuses)

    assert len(problems) == 2


@pytest.mark.parametrize(
    "text",
    [
        "from .a import A\n",
        "from .a import A, B\n__all__ = ['A']\n",
        "from .a import A\n__all__ = ['A', 'B']\n",
        "class A: ...\n",
        "register()\n",
        "LIMIT = 3\n",
        "from .a import A\nfrom .requirements import B\n__all__ = ['A']\n",
    ],
    ids=["no list", "unlisted", "absent", "class", "call", "value", "a check's name"],
)
def test_a_front_door_that_does_more_than_export_is_found(tmp_path, text):
    plant(tmp_path, "src/carboy/db/__init__.py", text)

    assert len(architecture.list_busy_front_doors(tmp_path)) == 1


@pytest.mark.parametrize(
    "text",
    [
        '"""Empty."""\n',
        "from .a import A\n__all__ = ['A']\n",
        "__version__ = '1'\n",
        "from . import requirements as requirements\n",
    ],
)
def test_a_front_door_that_only_exports_is_fine(tmp_path, text):
    plant(tmp_path, "src/carboy/db/__init__.py", text)

    assert architecture.list_busy_front_doors(tmp_path) == []


@pytest.mark.parametrize("text", ["import carboy\n", "from carboy import Carboy\n"])
def test_an_import_of_the_front_door_from_inside_is_found(tmp_path, text):
    plant(tmp_path, "src/carboy/db/models.py", text)
    plant(tmp_path, "src/carboy/stack.py", "from carboy import db\n")

    problems = architecture.list_front_door_imports(tmp_path)

    assert len(problems) == 1
    assert problems[0].startswith("src/carboy/db/models.py:1: ")


def test_an_import_behind_another_front_door_is_found(tmp_path):
    plant(tmp_path, "src/carboy/db/models.py", "from carboy.stores.redis import A\n")
    plant(tmp_path, "src/carboy/db/urls.py", "from carboy.db.models import B\n")
    plant(tmp_path, "src/carboy/db/ok.py", "from carboy.stores import A\n")

    problems = architecture.list_border_crossings(tmp_path)

    assert len(problems) == 1
    assert "carboy.stores.redis" in problems[0]


@pytest.mark.parametrize(
    "text",
    [
        "import pickle\n",
        "from marshal import loads\n",
        "x = eval('1')\n",
        "import yaml\nx = yaml.load('a')\n",
    ],
)
def test_unsafe_code_is_found(tmp_path, text):
    plant(tmp_path, "src/carboy/a.py", text)

    assert len(architecture.list_unsafe_code(tmp_path)) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('<script src="https://cdn.example/a.js"></script>', 1),
        ("<link rel=stylesheet href=//cdn.example/a.css>", 1),
        ("a { background: url('https://cdn.example/a.png') }", 1),
        ("import a from 'https://cdn.example/a.js'", 1),
        ('<a href="https://example.com">a link is no load</a>', 0),
        ('<img src="/static/a.png">', 0),
    ],
)
def test_assets_from_other_hosts_are_found(tmp_path, text, count):
    plant(tmp_path, "src/carboy/admin/templates/a.html", text)

    assert len(architecture.list_remote_assets(tmp_path)) == count


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "scripts" / "layers", root],
        env=os.environ | {"PYTHONPATH": str(root / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def plant(root: Path, path: str, text: str = "") -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
