"""Runs the Python blocks of one page, from top to bottom, as one module.

Started as a program of its own, in an empty folder. A block with `file=NAME` behind
its language is written to that file, for later blocks to import.
"""

import sys
import types
import warnings
from pathlib import Path

from tests.pages import Block, list_blocks


def main(page: Path) -> None:
    """Run `page`; the traceback of an error names the line of the page."""
    folder = Path.cwd()
    sys.path.insert(0, str(folder))
    module = types.ModuleType("page")
    module.__file__ = str(folder / "page.py")
    sys.modules["page"] = module
    warnings.simplefilter("error")
    for block in list_blocks(page.read_text()):
        if block.file is not None:
            write_file(folder, block)
        elif block.is_run:
            # Empty lines before it give each line the number that it has in the page.
            source = "\n" * (block.line - 1) + block.text
            exec(compile(source, str(page), "exec"), vars(module))  # noqa: S102 - ours


def write_file(folder: Path, block: Block) -> None:
    """Write a block to the file that it stands for."""
    path = folder / str(block.file)
    if not path.resolve().is_relative_to(folder):
        raise ValueError(f"line {block.line}: {block.file!r} is outside of the page.")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
