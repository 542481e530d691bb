"""The API of Flask-Script on click: `Manager`, `Command`, `Option`.

Code written for Flask-Script runs unchanged; new sites use `@app.cli.command`.
"""

from .commands import Clean, Command, InvalidCommand, Server, Shell, ShowUrls
from .dev_server import explain_refusal, is_loopback, require_free, serve_development
from .manager import Manager
from .options import Group, Option
from .prompts import prompt, prompt_bool, prompt_choices, prompt_pass
from .python_prompt import gather_names, open_prompt
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
