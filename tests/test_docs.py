"""If this passes, the docs run, lead somewhere, and leave nothing out."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests import inventory
from tests.pages import list_anchors, list_blocks, list_broken_links, list_pages

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "carboy"
REASONS = ROOT / "docs" / "decisions" / "001-dependencies.md"

RUN = [p for p in list_pages(ROOT) if any(b.is_run for b in list_blocks(p.read_text()))]


@pytest.mark.parametrize("page", RUN, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_of_a_page_runs(page: Path, tmp_path: Path):
    done = run_page(page, tmp_path)

    assert done.returncode == 0, f"\n{done.stdout}{done.stderr}"


def test_local_links_and_pictures_lead_somewhere():
    problems = list_broken_links(ROOT)

    assert not problems, "\n" + "\n".join(problems)


def test_no_page_claims_a_speed_for_all_requests():
    """How much faster depends on the request: the README has the table."""
    claim = re.compile(r"(several|many) times (as fast|faster)|数倍|blazing", re.I)
    texts = [path.read_text() for path in (*list_pages(ROOT), ROOT / "pyproject.toml")]

    found = [match[0] for text in texts for match in claim.finditer(text)]

    assert found == []


def test_every_setting_is_in_the_docs():
    assert_documented("setting", inventory.list_settings())


def test_every_command_is_in_the_docs():
    assert_documented("command", inventory.list_commands(SOURCE))


def test_every_check_is_in_the_docs():
    assert_documented("check", inventory.list_checks(SOURCE))


def test_every_hook_is_in_the_docs():
    hooks = {f"wiring.{name}": "wiring.py" for name in inventory.list_hooks()}

    assert_documented("hook", hooks)


def test_every_dependency_has_its_reason():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    missing = list_without_reason(project, REASONS.read_text())

    assert not missing, f"{REASONS.relative_to(ROOT)} has no line for {missing}."


def test_commands_are_found_with_their_group(tmp_path):
    (tmp_path / "commands.py").write_text(
        "import click\n"
        "@click.group('db')\ndef db_group(): ...\n"
        "@db_group.command()\n@click.option('-x')\ndef make_all(): ...\n"
        "@click.command\ndef routes(): ...\n"
        "@click.command(hidden=True)\ndef secret(): ...\n"
    )

    found = inventory.list_commands(tmp_path)

    assert sorted(found) == ["carboy db", "carboy db make-all", "carboy routes"]


def test_a_dependency_without_a_reason_is_found():
    project = {"project": {"dependencies": ["flask>=3", "novel[fast]>=1"]}}

    missing = list_without_reason(project, "| `flask` | the app |")

    assert missing == ["novel"]


def test_an_error_in_a_page_names_its_line(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# A\n\n```python\nx = 1\n```\n\n```python\n\nx / 0\n```\n")

    done = run_page(page, tmp_path)

    assert done.returncode != 0
    assert f'{page}", line 9' in done.stderr


def test_a_warning_in_a_page_is_an_error(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("```python\nimport warnings\nwarnings.warn('old')\n```\n")

    assert run_page(page, tmp_path).returncode != 0


def test_blocks_share_names_and_files_and_may_be_left_out(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "```python file=shop/__init__.py\nname = 'shop'\n```\n"
        "```python no-run\nraise SystemExit(1)\n```\n"
        "```sh\nexit 1\n```\n"
        "1. in a list\n\n   ```python\n   import shop\n   ```\n"
        "```python\nassert shop.name == 'shop'\n```\n"
    )

    done = run_page(page, tmp_path)

    assert done.returncode == 0, done.stderr


def test_broken_links_are_found(tmp_path):
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "other.md").write_text("# One & two: `three`\n\n## One\n")
    page = tmp_path / "docs" / "index.md"
    page.write_text(
        "[a](other.md) [b](other.md#one--two-three) [c](https://example.com/gone)\n"
        "`[code](gone-a.md)`\n\n```\n[code](gone-b.md)\n```\n"
        "[d](gone.md)\n![e](gone.png)\n<img src='gone.svg'>\n[f](other.md#gone)\n"
        "[g]: gone-too.md\n[h](../../outside.md)\n"
    )

    problems = list_broken_links(tmp_path)

    lines = [int(problem.split(":")[1]) for problem in problems]
    assert lines == [7, 8, 9, 10, 11, 12]


def test_headings_of_the_same_words_have_different_anchors():
    assert list_anchors("# A b\n## A b\n## A b\n") == {"a-b", "a-b-1", "a-b-2"}


def run_page(page: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    place = folder / "work"
    place.mkdir()
    paths = [str(ROOT / "src"), str(ROOT)]
    return subprocess.run(
        [sys.executable, "-m", "tests.run_page", page],
        cwd=place,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def assert_documented(kind: str, names: dict[str, str]) -> None:
    assert names, f"No {kind} was found in the code: this test looks in a wrong place."
    pages = [p for p in list_pages(ROOT) if p.is_relative_to(ROOT / "docs")]
    text = "\n".join(page.read_text() for page in pages)
    missing = [
        f"{name} ({place})"
        for name, place in sorted(names.items())
        if not re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text)
    ]
    assert not missing, f"Write a line in docs/ for each {kind}: {', '.join(missing)}"


def list_without_reason(project: dict, page: str) -> list[str]:
    tables = project["project"]
    wanted = [*tables["dependencies"]]
    for extra in tables.get("optional-dependencies", {}).values():
        wanted += extra
    for group in project.get("dependency-groups", {}).values():
        wanted += group
    wanted += project.get("build-system", {}).get("requires", [])
    names = {re.split(r"[\[<>=!~; ]", name, maxsplit=1)[0] for name in wanted}
    return sorted(n for n in names - {"carboy"} if f"`{n}`" not in page)
