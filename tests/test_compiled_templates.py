"""If this passes, apps share the code of a template exactly where it is the same."""

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "carboy" / "ui"


def code_of(folder: Path, name: str, **options) -> object:
    environment = Environment(loader=FileSystemLoader(folder), **options)  # noqa: S701 - it renders nothing
    # What makes each environment another one than that before.
    environment.policies["json.dumps_function"] = lambda value: value
    return environment.get_template(name).root_render_func.__code__


@pytest.fixture
def ours() -> tuple[Path, str]:
    file = min(PACKAGE.rglob("*.html"))
    return file.parent, file.name


def test_a_template_of_the_package_is_compiled_once(ours):
    assert code_of(*ours) is code_of(*ours)


@pytest.mark.parametrize(
    "options",
    [
        {"autoescape": True},
        {"trim_blocks": True},
        {"enable_async": True},
        {"extensions": ["jinja2.ext.do"]},
    ],
    ids=str,
)
def test_other_options_make_other_code(ours, options):
    assert code_of(*ours, **options) is not code_of(*ours)
    assert code_of(*ours, **options) is code_of(*ours, **options)


def test_what_a_test_writes_is_compiled_each_time(tmp_path):
    (tmp_path / "page.html").write_text("page")

    assert code_of(tmp_path, "page.html") is not code_of(tmp_path, "page.html")
