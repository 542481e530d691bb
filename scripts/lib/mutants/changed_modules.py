"""Import modules of the package with another text than their file has."""

import sys
from collections.abc import Mapping
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

ROOT = Path(__file__).resolve().parents[3]
SOURCE = ROOT / "src"
_IMPORTED_ANEW = ("carboy", "tests")


def change_text(path: Path, text: str, without: str) -> str:
    """Return the content of a file with `without` instead of `text`, found once."""
    content = path.read_text("utf-8")
    if content.count(text) != 1:
        msg = f"{path.name} has {content.count(text)} times {text!r}."
        raise SystemExit(msg)
    return content.replace(text, without)


def import_changed(contents: Mapping[Path, str]) -> None:
    """Let this process import these files of the package with these contents."""
    changed = {_get_module_name(path): path for path in contents}
    for name in [*sys.modules]:
        if name.partition(".")[0] in _IMPORTED_ANEW:
            del sys.modules[name]
    sys.meta_path.insert(0, _Finder(changed, contents))


def _get_module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


class _Loader(SourceFileLoader):
    def __init__(self, name: str, path: Path, content: str) -> None:
        super().__init__(name, str(path))
        self._content = content

    def get_code(self, fullname: str) -> CodeType:
        """Compile the other text; the bytecode beside the file is not its own."""
        return compile(self._content, self.get_filename(fullname), "exec")


class _Finder(MetaPathFinder):
    def __init__(
        self, changed: Mapping[str, Path], contents: Mapping[Path, str]
    ) -> None:
        self._changed = changed
        self._contents = contents

    def find_spec(
        self, fullname: str, _path: object = None, _target: object = None
    ) -> ModuleSpec | None:
        """Find a changed module, and no other."""
        file = self._changed.get(fullname)
        if file is None:
            return None
        loader = _Loader(fullname, file, self._contents[file])
        return spec_from_file_location(fullname, file, loader=loader)
