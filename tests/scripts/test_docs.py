"""If this passes, the generated pages are complete and describe the code."""

from pathlib import Path

import pytest

from lib.docs import (
    Call,
    CallError,
    check_calls,
    draw_layers,
    list_pages,
    write_benchmarks,
    write_index,
)

ROOT = Path(__file__).resolve().parents[2]


def write(root: Path, name: str, text: str) -> None:
    path = root / "docs" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_each_benchmark_is_listed_with_its_first_sentence(tmp_path):
    write(tmp_path, "benchmarks/engine.md", "# The engine\n\nAgainst\nFlask. More.\n")
    write(tmp_path, "benchmarks/edge.md", "| a | table |\n\nText.\n")

    page = write_benchmarks(tmp_path / "docs")

    assert "\n- [The engine](benchmarks/engine.md): Against Flask.\n" in page
    assert "\n- [edge](benchmarks/edge.md)\n" in page


def test_no_benchmarks_are_reported(tmp_path):
    assert "Nothing was measured yet." in write_benchmarks(tmp_path)


def test_the_index_lists_every_page_in_its_section(tmp_path):
    write(tmp_path, "zebra.md", "# Zebra\n")
    write(tmp_path, "tutorial.md", "# Tutorial\n\nSee [this](batteries/db.md) now!\n")
    write(tmp_path, "batteries/db.md", "# Database\n\nA database, e.g. one\nfile\n")
    write(tmp_path, "novel/a.md", "# A\n")

    page = write_index(tmp_path / "docs")

    _, start, batteries, novel = page.split("\n## ")
    assert start.startswith("Start\n\n- [Tutorial](tutorial.md): See this now!\n")
    assert start.rstrip().endswith("- [Zebra](zebra.md)")
    assert "- [Database](batteries/db.md): A database, e.g. one file\n" in batteries
    assert novel.startswith("Novel\n\n- [A](novel/a.md)")


def test_written_pages_are_up_to_date(tmp_path):
    for name in ("src", "pyproject.toml"):
        (tmp_path / name).symlink_to(ROOT / name)
    write(tmp_path, "internals/engine.md", "# The engine\n")
    write(tmp_path, "batteries/db.md", "# Database\n")
    for _ in range(2):
        for path, text in list_pages(tmp_path):
            path.write_text(text)

    assert all(path.read_text() == text for path, text in list_pages(tmp_path))


def test_the_index_lists_the_first_page_of_a_section_but_not_itself(tmp_path):
    for name in ("index.md", "internals/engine.md", "internals/index.md"):
        write(tmp_path, name, f"# {name}\n")

    page = write_index(tmp_path / "docs")

    assert "(index.md)" not in page
    assert page.index("(internals/index.md)") < page.index("(internals/engine.md)")


SHOP = """
def answer(request):
    return Till(request).ring()

class Till:
    def __init__(self, open_drawer):
        self.open = open_drawer

    def ring(self):
        self.open()

def drawer():
    return 1

def make():
    return Till(open_drawer=drawer)
"""


@pytest.fixture
def package(tmp_path):
    write(tmp_path, "shop.py", SHOP)
    return tmp_path / "docs"


@pytest.mark.parametrize(
    "call",
    [
        Call("shop:answer", "shop:Till.ring", "a direct call"),
        Call("shop:Till.ring", "shop:drawer", "indirect", "open", "shop:make"),
    ],
)
def test_a_call_that_the_code_has_is_accepted(package, call):
    check_calls(package, [call])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (Call("shop:reply", "shop:drawer", ""), "There is no shop:reply."),
        (Call("shop:answer", "shop:Till.close", ""), "There is no shop:Till.close."),
        (Call("till:answer", "shop:drawer", ""), "There is no till:answer."),
        (Call("shop:answer", "shop:drawer", ""), "shop:answer does not use drawer"),
        (
            Call("shop:Till.ring", "shop:drawer", "", "close", "shop:make"),
            "shop:Till.ring does not use close",
        ),
        (
            Call("shop:Till.ring", "shop:drawer", "", "open", "shop:answer"),
            "shop:answer does not mention drawer",
        ),
    ],
)
def test_a_call_that_the_code_does_not_have_is_reported(package, call, message):
    with pytest.raises(CallError, match=message):
        check_calls(package, [call])


def test_the_drawing_of_the_layers_leaves_out_implied_imports(tmp_path):
    (tmp_path / "pyproject.toml").write_text(
        "[[tool.importlinter.contracts]]\ntype = 'layers'\ncontainers = ['carboy']\n"
        "layers = ['top', '(planned) | middle', 'bottom']\n"
    )
    for name, text in (
        ("top/__init__.py", ""),
        ("top/a.py", "from carboy.bottom import x\nfrom carboy.middle.b import y\n"),
        ("middle/__init__.py", "import carboy.bottom\n"),
        ("bottom.py", "x = 1\n"),
    ):
        file = tmp_path / "src" / "carboy" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    drawing = draw_layers(tmp_path)

    arrows = [line.strip() for line in drawing.splitlines() if "-->" in line]
    assert arrows == ["top --> middle", "middle --> bottom"]
    assert "planned" not in drawing
