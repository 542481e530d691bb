"""The command class of Flask-Script, and its built-in commands."""

import inspect
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app

from carboy.core import get_current_app

from .dev_server import serve_development
from .options import Group, Option, Parser, options_of
from .python_prompt import gather_names, open_prompt


class InvalidCommand(click.ClickException):
    """Raised by a command that cannot do its work; it ends with one line."""


class Command:
    """One command: `option_list` or `get_options`, and `run`.

    It runs inside a test request context, so that `url_for` works.
    """

    option_list: Sequence[Option | Group] = ()
    help_args: Sequence[str] = ("-?", "--help")
    # Pass unknown arguments to `run`, as one list.
    capture_all_args = False

    def __init__(self, func: Callable[..., Any] | None = None) -> None:
        if func is not None:
            self.run = func  # type: ignore[method-assign]  # a function is a command
            self.__doc__ = func.__doc__
            self.option_list = options_of(func)
        else:
            self.option_list = list(type(self).option_list)

    @property
    def description(self) -> str:
        """The docstring of the command."""
        return inspect.cleandoc(self.__doc__ or "").strip()

    help = description

    def get_options(self) -> Sequence[Option | Group]:
        """Return the options; override it to compute them."""
        return self.option_list

    def add_option(self, option: Option | Group) -> None:
        """Add an option to those of the class."""
        self.option_list = [*self.option_list, option]

    def create_parser(self, prog: str) -> Parser:
        """Make the parser of the arguments after the command's name."""
        return Parser(
            self.get_options(),
            help_args=self.help_args,
            prog=prog,
            description=self.description,
        )

    def __call__(self, app: Flask, *args: Any, **kwargs: Any) -> Any:
        """Run the command for `app`."""
        with app.test_request_context():
            return self.run(*args, **kwargs)

    def run(self, *args: Any, **kwargs: Any) -> Any:
        """Do the work; the result is the exit code, None is success."""
        raise NotImplementedError


class Shell(Command):
    """Open a Python prompt with the app and the models."""

    def __init__(
        self,
        banner: str = "",
        make_context: Callable[[], dict[str, Any]] | None = None,
        use_ipython: bool = True,  # noqa: FBT001, FBT002 - positional in the old API
        **_others: Any,
    ) -> None:
        super().__init__()
        self.banner = banner
        self.use_ipython = use_ipython
        self.make_context = make_context

    def get_options(self) -> Sequence[Option | Group]:
        """Return the options that turn IPython off."""
        return [
            Option(
                "--no-ipython",
                dest="no_ipython",
                action="store_true",
                default=not self.use_ipython,
                help="Use Python's own prompt.",
            ),
            # Accepted and ignored: bpython is never used.
            Option("--no-bpython", dest="no_bpython", action="store_true"),
        ]

    def get_context(self) -> dict[str, Any]:
        """Return the names in the prompt."""
        names = gather_names(get_current_app())
        if self.make_context is not None:
            names |= self.make_context()
        return names

    def run(self, *, no_ipython: bool = False, no_bpython: bool = True) -> None:  # noqa: ARG002 - an option of the old API
        """Open the prompt."""
        open_prompt(self.get_context(), self.banner, plain=no_ipython)


class Server(Command):
    """Run the development server: -h host, -p port, -d debugger, -r reload."""

    help_args = ("-?", "--help")

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 5000,
        use_debugger: bool | None = None,  # noqa: FBT001 - positional in the old API
        use_reloader: bool | None = None,  # noqa: FBT001 - positional in the old API
        **options: Any,
    ) -> None:
        super().__init__()
        self.host = host
        self.port = port
        self.use_debugger = use_debugger
        self.use_reloader = use_reloader
        self.threaded = bool(options.pop("threaded", False))
        self.processes = int(options.pop("processes", 1))
        self.passthrough_errors = bool(options.pop("passthrough_errors", False))
        self.ssl_crt = options.pop("ssl_crt", None)
        self.ssl_key = options.pop("ssl_key", None)
        self.server_options = options

    def get_options(self) -> Sequence[Option | Group]:
        """Return Flask-Script's options, with the values of this object as defaults."""
        on, off = {"action": "store_true"}, {"action": "store_false"}
        debugger = {"dest": "use_debugger", "default": self.use_debugger}
        reloader = {"dest": "use_reloader", "default": self.use_reloader}
        return [
            Option("-h", "--host", default=self.host, help="Host to listen on."),
            Option("-p", "--port", type=int, default=self.port, help="Port."),
            Option(
                "--threaded",
                **on,
                default=self.threaded,
                help="A thread each.",
            ),
            Option("--processes", type=int, default=self.processes),
            Option("--passthrough-errors", **on, default=self.passthrough_errors),
            Option("-d", "--debug", **on, **debugger, help="Switch the debugger on."),
            Option("-D", "--no-debug", **off, **debugger, help="Switch it off."),
            Option("-r", "--reload", **on, **reloader, help="Restart on changes."),
            Option("-R", "--no-reload", **off, **reloader, help="Do not restart."),
            Option("--ssl-crt", default=self.ssl_crt, help="Path of a certificate."),
            Option("--ssl-key", default=self.ssl_key, help="Path of its key."),
        ]

    def __call__(self, app: Flask, *_args: Any, **values: Any) -> None:
        """Serve `app`, without a request context."""
        debug = values.get("use_debugger")
        debug = app.debug if debug is None else debug
        reload = values.get("use_reloader")
        options = dict(self.server_options)
        if values.get("ssl_crt"):
            options["ssl_context"] = (values["ssl_crt"], values["ssl_key"])
        processes = values.get("processes", 1)
        if processes > 1:
            options |= {"processes": processes, "threaded": False}
        serve_development(
            app,
            values.get("host", self.host),
            values.get("port", self.port),
            debug=debug,
            reload=debug if reload is None else reload,
            passthrough_errors=values.get("passthrough_errors", False),
            **options,
        )


class Clean(Command):
    """Remove *.pyc and *.pyo files in this folder and its subfolders."""

    def run(self) -> None:
        """Remove them."""
        for suffix in (".pyc", ".pyo"):
            for file in Path.cwd().rglob(f"*{suffix}"):
                click.echo(f"Removing {file}")
                file.unlink()


class ShowUrls(Command):
    """List the URL rules and their endpoints."""

    def __init__(self, order: str = "rule") -> None:
        super().__init__()
        self.order = order

    def get_options(self) -> Sequence[Option | Group]:
        """Return the options for one URL and for the order."""
        return [
            Option("url", nargs="?", help="Show only the rule of this URL."),
            Option(
                "--order",
                default=self.order,
                choices=("rule", "endpoint"),
                help="Column to sort by.",
            ),
        ]

    def run(self, *, url: str | None = None, order: str = "rule") -> None:
        """Print the table."""
        rules = sorted(
            current_app.url_map.iter_rules(), key=lambda rule: str(getattr(rule, order))
        )
        if url is not None:
            adapter = current_app.create_url_adapter(None) or current_app.url_map.bind(
                "localhost"
            )
            rule, _ = adapter.match(url, return_rule=True)
            rules = [rule]
        width = max((len(rule.rule) for rule in rules), default=0)
        for rule in rules:
            click.echo(f"{rule.rule.ljust(width)}  {rule.endpoint}")
