"""Import lines in the order that ruff and isort want."""

import sys
from collections.abc import Iterable

_WIDTH = 88
Import = tuple[str, str]


def render_imports(imports: Iterable[Import], package: str) -> str:
    """Return `from` lines for pairs of module and name, in sections, sorted."""
    names: dict[tuple[str, str], list[str]] = {}
    for module, name in sorted(set(imports), key=lambda pair: _member_key(pair[1])):
        # A name with an alias has a line of its own.
        alias = name if " as " in name else ""
        names.setdefault((module, alias), []).append(name)
    sections: dict[int, list[str]] = {}
    for key in sorted(names, key=lambda key: _line_key(key[0], names[key])):
        line = _render_line(key[0], names[key])
        sections.setdefault(_section(key[0], package), []).append(line)
    return "\n\n".join("\n".join(sections[key]) for key in sorted(sections))


def _render_line(module: str, names: list[str]) -> str:
    if names == [""]:
        return f"import {module}"
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= _WIDTH:
        return line
    inner = "".join(f"    {name},\n" for name in names)
    return f"from {module} import (\n{inner})"


def _section(module: str, package: str) -> int:
    top = module.partition(".")[0]
    if not top:
        return 3
    if top in sys.stdlib_module_names:
        return 0
    return 2 if top == package else 1


def _line_key(module: str, names: list[str]) -> tuple[bool, str, tuple[int, str]]:
    # `import x` stands before `from x import y`.
    return names != [""], module, _member_key(names[0])


def _member_key(name: str) -> tuple[int, str]:
    bare = name.partition(" ")[0]
    kind = 0 if bare.isupper() and len(bare) > 1 else 1 if bare[:1].isupper() else 2
    return kind, name
