"""The layers of pyproject.toml with the imports between their folders, as a drawing."""

import ast
import tomllib
from pathlib import Path

PACKAGE = "carboy"


def read_layers(root: Path) -> list[list[str]]:
    """Return the layers from the top, each with its folders that exist."""
    rules = tomllib.loads((root / "pyproject.toml").read_text())
    contracts = rules["tool"]["importlinter"]["contracts"]
    (layers,) = (
        each["layers"]
        for each in contracts
        if each["type"] == "layers" and each["containers"] == [PACKAGE]
    )
    names = [[name.strip(" ()") for name in layer.split("|")] for layer in layers]
    package = root / "src" / PACKAGE
    real = [[name for name in row if _list_files(package, name)] for row in names]
    return [row for row in real if row]


def read_imports(package: Path, names: list[str]) -> dict[str, set[str]]:
    """Return for each folder or module the others that it imports."""
    imports: dict[str, set[str]] = {}
    for name in names:
        modules = [
            module
            for file in _list_files(package, name)
            for node in ast.walk(ast.parse(file.read_text()))
            for module in _modules_of(node)
        ]
        tops = {module.split(".")[1] for module in modules if "." in module}
        imports[name] = tops & set(names) - {name}
    return imports


def draw_layers(root: Path) -> str:
    """Draw the layers; an import that others imply is left out."""
    package = root / "src" / PACKAGE
    layers = read_layers(root)
    names = [name for row in layers for name in row]
    imports = read_imports(package, names)
    lines = ["```mermaid", "flowchart TB"]
    for number, row in enumerate(layers):
        lines.append(f'    subgraph layer{number}[" "]')
        lines.append("        direction LR")
        lines += [f"        {name}" for name in row]
        lines.append("    end")
    for name in names:
        for other in sorted(_direct(name, imports)):
            lines.append(f"    {name} --> {other}")
    return "\n".join([*lines, "```"])


def list_folders(root: Path) -> str:
    """Return a table of the folders with the first line of their docstrings."""
    package = root / "src" / PACKAGE
    lines = ["| layer | what lives there |", "|---|---|"]
    for row in read_layers(root):
        for name in row:
            file = next(iter(_list_files(package, name)))
            doc = ast.get_docstring(ast.parse(file.read_text())) or ""
            text = doc.partition("\n")[0].replace("|", "\\|")
            lines.append(f"| `{name}` | {text} |")
    return "\n".join(lines)


def _direct(name: str, imports: dict[str, set[str]]) -> set[str]:
    """Return the imports of `name` that no other of its imports implies."""
    implied: set[str] = set()
    waiting = [inner for other in imports[name] for inner in imports[other]]
    while waiting:
        other = waiting.pop()
        if other not in implied:
            implied.add(other)
            waiting += imports[other]
    return imports[name] - implied


def _list_files(package: Path, name: str) -> list[Path]:
    """List the files of a folder, its `__init__` first, or the one file of a module."""
    module = package / f"{name}.py"
    if module.exists():
        return [module]
    skipped = {"skeleton", "templates", "static"}
    files = [
        file
        for file in sorted((package / name).rglob("*.py"))
        if not skipped & set(file.parts)
    ]
    return sorted(files, key=lambda file: file != package / name / "__init__.py")


def _modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names if _is_ours(alias.name)]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        if node.module == PACKAGE:
            return [f"{PACKAGE}.{alias.name}" for alias in node.names]
        return [node.module] if _is_ours(node.module) else []
    return []


def _is_ours(module: str) -> bool:
    return module.startswith(f"{PACKAGE}.")
