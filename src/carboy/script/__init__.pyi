# The names of __init__.py for type checkers: there, they are imported lazily.
from .commands import (
    Clean as Clean,
    Command as Command,
    InvalidCommand as InvalidCommand,
    Server as Server,
    Shell as Shell,
    ShowUrls as ShowUrls,
)
from .dev_server import (
    explain_refusal as explain_refusal,
    is_loopback as is_loopback,
    require_free as require_free,
    serve_development as serve_development,
)
from .manager import (
    Manager as Manager,
)
from .options import (
    Group as Group,
    Option as Option,
)
from .prompts import (
    prompt as prompt,
    prompt_bool as prompt_bool,
    prompt_choices as prompt_choices,
    prompt_pass as prompt_pass,
)
from .python_prompt import (
    gather_names as gather_names,
    open_prompt as open_prompt,
)
from .run_click import (
    print_error as print_error,
    run_click as run_click,
)
