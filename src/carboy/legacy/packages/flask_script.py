"""Flask-Script: the command line of old projects is `carboy.script`."""

from carboy.legacy.rows import rows_of, same_names

_GONE = "Flask 2 (its last release is of 2017)"
_COMMANDS = "Clean Command Group InvalidCommand Option Server Shell ShowUrls"
_PROMPTS = "prompt prompt_bool prompt_choices prompt_pass"

MODULES = ("flask_script", "flask_script.commands", "flask_script.cli")
ROWS = (
    *rows_of(
        "flask_script",
        _GONE,
        same_names("carboy.script", f"Manager {_COMMANDS} {_PROMPTS}"),
    ),
    *rows_of("flask_script.commands", _GONE, same_names("carboy.script", _COMMANDS)),
    *rows_of("flask_script.cli", _GONE, same_names("carboy.script", _PROMPTS)),
)
