"""The API of Flask-Script on click: `Manager`, `Command`, `Option`.

Code written for Flask-Script runs unchanged; new sites use `@app.cli.command`.

Names are imported when they are first used; type checkers read `__init__.pyi`.
"""

# A module of the same name would take the place of the function.
from .run_click import print_error, run_click

__all__ = [
    "Clean",
    "Command",
    "Group",
    "InvalidCommand",
    "Manager",
    "Option",
    "Server",
    "Shell",
    "ShowUrls",
    "explain_refusal",
    "gather_names",
    "is_loopback",
    "open_prompt",
    "print_error",
    "prompt",
    "prompt_bool",
    "prompt_choices",
    "prompt_pass",
    "require_free",
    "run_click",
    "serve_development",
]


def __getattr__(name: str) -> object:
    """Import a name when it is first used."""
    modules = {
        "commands": "Clean Command InvalidCommand Server Shell ShowUrls",
        "dev_server": "explain_refusal is_loopback require_free serve_development",
        "manager": "Manager",
        "options": "Group Option",
        "prompts": "prompt prompt_bool prompt_choices prompt_pass",
        "python_prompt": "gather_names open_prompt",
    }
    lazy_imports = __import__("carboy.lazy_imports", fromlist=["*"])
    value: object = lazy_imports.import_name(__name__, name, modules)
    return value
