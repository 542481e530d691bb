"""Adds links to the navigation of a layout as `carboy new` writes it."""

import re

# The list of `ui.nav([…])`, with one link a line.
_LINKS = re.compile(r"ui\.nav\(\[\n(?P<links>(?:[ \t]+\(.*\),\n)*)(?P<end>[ \t]*\])")


def add_link(source: str, label: str, endpoint: str) -> str:
    """Return the layout with one more link; one of another shape is left as it is.

    The label is source code: `"Books"` or `_("Books")`.
    """
    match = _LINKS.search(source)
    if match is None or f'"{endpoint}"' in source:
        return source
    indent = re.match(r"[ \t]*", match["links"])
    space = indent[0] if indent and indent[0] else f"{match['end'][:-1]}  "
    line = f'{space}({label}, url_for("{endpoint}")),\n'
    end = match.start("end")
    return source[:end] + line + source[end:]
