"""The options of the server as flags and environment variables.

Names, types and defaults come from `carboy.server`; only the help is written here.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

import click
from click.core import ParameterSource

from carboy.errors import SettingsError
from carboy.server import Limits, ServeOptions, Tls

F = TypeVar("F", bound=Callable[..., Any])
PREFIX = "CARBOY_SERVE_"
COMMON, NETWORK, LIMITS, WORKERS, TLS, REST = (
    "Common options",
    "Proxies, files and sockets",
    "Limits for clients",
    "Worker processes",
    "TLS",
    "Other options",
)
_SECRET = "password"  # noqa: S105 - the name of the option, not its value
_SHORT = {"bind": "-b", "workers": "-w", "threads": "-t"}
_METAVARS = {
    "bind": "ADDRESS",
    "trusted_hosts": "NAMES",
    "trusted_proxies": "ADDRESSES",
    "static": "/URL=FOLDER",
    "access_log": "off|common|json",
    "tls_minimum": "1.2|1.3",
    "socket_mode": "OCTAL",
}
_HELP: dict[str, dict[str, str]] = {
    COMMON: {
        "bind": "host:port, [ipv6]:port, unix:/path or systemd; may be repeated.",
        "workers": "Worker processes; usually one for each core.",
        "threads": "View threads of each worker.",
        "trusted_hosts": "Allowed values of Host; .shop.example includes subdomains. "
        "Default: TRUSTED_HOSTS of the site.",
        "access_log": "Log each request to standard output.",
    },
    NETWORK: {
        "trusted_proxies": "Addresses or networks of proxies; unix; private for unix "
        "and all private addresses.",
        "proxy_hops": "Exact number of proxies in front. Default: PROXY_HOPS of the "
        "site, with private proxies.",
        "static": "Serve the files of a folder without calling the app.",
        "socket_mode": "Permissions of a Unix socket.",
        "backlog": "Connections that the kernel queues until a worker accepts them.",
    },
    LIMITS: {
        "header_timeout": "Time for a request head, and idle time between requests.",
        "body_timeout": "Time that a request body may stall.",
        "body_grace": "Time before the minimum rate applies.",
        "min_body_rate": "Minimum bytes a second of a request body; 0: none.",
        "write_timeout": "Time that a client may leave the response unread.",
        "max_header_size": "Maximum bytes of a request head.",
        "max_body_size": "Maximum bytes of a request body; 0: any. Default: "
        "MAX_CONTENT_LENGTH of the site.",
        "max_form_size": "Maximum bytes of an urlencoded form; 0: any.",
        "max_form_fields": "Maximum fields of an urlencoded form; 0: any.",
        "max_json_depth": "Maximum nesting depth of a JSON body; 0: any.",
        "spool_size": "Bytes of a body that are kept in memory; the rest goes to disk.",
        "max_connections": "Maximum open connections of a worker.",
        "max_waiting": "Maximum requests waiting for a view thread; others get 503.",
        "events_per_worker": "Maximum open event streams of a worker; others get 429.",
    },
    WORKERS: {
        "view_timeout": "Time after which a view is logged with its stack; 0: never.",
        "drain_timeout": "Time for running requests to finish when a worker stops.",
        "hang_timeout": "Time without a heartbeat after which a worker is killed.",
        "start_timeout": "Time for a worker to import the app.",
        "max_requests": "Requests after which a worker is replaced; 0: never.",
        "max_memory_mb": "Megabytes after which a worker is replaced; 0: never.",
    },
    TLS: {
        "tls_certificate": "Certificate with its chain; reloaded on SIGHUP.",
        "tls_key": "Private key; default: in the certificate's file.",
        "tls_password": "Password of the key; better set in the environment.",
        "tls_client_ca": "Require client certificates signed by this CA.",
        "tls_minimum": "Minimum version of TLS.",
    },
}


@dataclass(frozen=True, slots=True)
class Flag:
    """One option of the server as a command-line flag."""

    name: str
    default: Any
    help: str
    section: str
    owner: type[ServeOptions | Limits | Tls]

    @property
    def names(self) -> tuple[str, ...]:
        """The flag, preceded by its short form if it has one."""
        long = f"--{self.name.replace('_', '-')}"
        return (_SHORT[self.name], long) if self.name in _SHORT else (long,)

    @property
    def variable(self) -> str:
        """Its environment variable."""
        return PREFIX + self.name.upper()

    @property
    def field(self) -> str:
        """Its field in the class of options."""
        return self.name.removeprefix("tls_") if self.owner is Tls else self.name

    @property
    def is_list(self) -> bool:
        """Whether it may be repeated."""
        return isinstance(self.default, tuple)

    def show(self, value: Any) -> str:
        """Return a value as it is written on the command line."""
        if value is None or value == ():
            return "none"
        if self.field == _SECRET:
            return "(hidden)"
        if self.name == "static":
            return ", ".join(f"{url}={folder}" for url, folder in value)
        if self.is_list:
            return ", ".join(value)
        if self.name == "socket_mode":
            return f"{value:o}"
        return f"{value:g}" if isinstance(value, float) else str(value)


def _list_flags() -> Iterator[Flag]:
    sections = {name: section for section, texts in _HELP.items() for name in texts}
    flags = {}
    for owner, prefix in ((ServeOptions, ""), (Limits, ""), (Tls, "tls_")):
        for field in fields(owner):
            name = prefix + field.name
            if name in sections:
                default = None if field.default is MISSING else field.default
                text = _HELP[sections[name]][name]
                flags[name] = Flag(name, default, text, sections[name], owner)
    for name in sections:
        yield flags[name]


FLAGS = tuple(_list_flags())


class SectionedOption(click.Option):
    """An option with the heading under which `--help` lists it."""

    def __init__(self, *names: Any, section: str = REST, **options: Any) -> None:
        super().__init__(*names, **options)
        self.section = section


class SectionedCommand(click.Command):
    """A command whose `--help` lists the options under headings."""

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the options by section, the common ones first."""
        for section in (COMMON, NETWORK, LIMITS, WORKERS, TLS, REST):
            rows = [
                row
                for option in self.get_params(ctx)
                if isinstance(option, click.Option)
                and getattr(option, "section", REST) == section
                and (row := option.get_help_record(ctx)) is not None
            ]
            if rows:
                with formatter.section(section):
                    formatter.write_dl(rows)


def server_options(command: F) -> F:
    """Add a flag for each option of the server."""
    for flag in reversed(FLAGS):
        default = flag.show(flag.default)
        note = "" if flag.name == "bind" or default == "none" else f"  [{default}]"
        add = click.option(
            *flag.names,
            flag.name,
            cls=SectionedOption,
            section=flag.section,
            multiple=flag.is_list,
            metavar=_METAVARS.get(flag.name, _get_metavar(flag)),
            envvar=flag.variable,
            help=flag.help + note,
        )
        command = add(command)
    return command


def _get_metavar(flag: Flag) -> str:
    if flag.owner is Tls:
        return "TEXT" if flag.field == _SECRET else "FILE"
    return "SECONDS" if isinstance(flag.default, float) else "NUMBER"


def is_from_environment(context: click.Context, name: str) -> bool:
    """Return whether an option was set by a variable, and not by a flag."""
    return context.get_parameter_source(name) is ParameterSource.ENVIRONMENT


def name_option(context: click.Context, name: str) -> str:
    """Return the name of an option as the user wrote it."""
    if is_from_environment(context, name):
        return PREFIX + name.upper()
    return f"--{name.replace('_', '-')}"


def read_options(
    context: click.Context, bind: tuple[str, ...] | None = None
) -> ServeOptions:
    """Return the options of the server from the parsed flags and variables."""
    values: dict[str, Any] = {}
    for flag in FLAGS:
        text = context.params[flag.name]
        if text is not None and text != ():
            values[flag.name] = _parse(flag, text, name_option(context, flag.name))
    if bind is not None:
        values["bind"] = bind
    try:
        return ServeOptions(
            limits=Limits(**_pick(values, Limits)),
            tls=_make_tls(context, values),
            chosen=frozenset(values),
            **_pick(values, ServeOptions),
        )
    except SettingsError as error:
        raise click.UsageError(_rename_field(str(error), context)) from None


def _pick(values: Mapping[str, Any], owner: type) -> dict[str, Any]:
    return {
        flag.field: values[flag.name]
        for flag in FLAGS
        if flag.owner is owner and flag.name in values
    }


def _make_tls(context: click.Context, values: Mapping[str, Any]) -> Tls | None:
    options = _pick(values, Tls)
    if not options:
        return None
    if "certificate" not in options:
        name = name_option(context, f"tls_{min(options)}")
        msg = f"{name} needs a certificate. Set it with --tls-certificate."
        raise click.UsageError(msg)
    return Tls(**{"key": options["certificate"]} | options)


def _parse(flag: Flag, text: Any, name: str) -> Any:
    if flag.is_list:
        return tuple(_parse_list(flag, text, name))
    if flag.owner is Tls and flag.default is None:
        return text if flag.field == _SECRET else Path(text)
    parse, noun = _PARSERS[type(flag.default)]
    if flag.name == "socket_mode":
        parse, noun = _parse_mode, "an octal number such as 660"
    try:
        return parse(text)
    except ValueError:
        raise click.UsageError(f"{name} must be {noun}, got {text!r}.") from None


def _parse_mode(text: str) -> int:
    mode = int(text, 8)
    if not 0 <= mode <= 0o777:
        raise ValueError(text)
    return mode


_PARSERS: dict[type, tuple[Callable[[str], Any], str]] = {
    int: (int, "a whole number"),
    float: (float, "a number of seconds"),
    str: (str, "a word"),
}


def _parse_list(flag: Flag, texts: tuple[str, ...], name: str) -> Iterator[Any]:
    for text in texts:
        for word in filter(None, re.split(r"[\s,]+", text)):
            yield _parse_static(word, name) if flag.name == "static" else word


def _parse_static(word: str, name: str) -> tuple[str, Path]:
    prefix, _, folder = word.partition("=")
    if not folder:
        raise click.UsageError(
            f"{name} must be a URL and a folder as in /static=build/static, "
            f"got {word!r}."
        )
    return prefix, Path(folder)


def _rename_field(message: str, context: click.Context) -> str:
    """Replace the field at the start of a message by the name that the user wrote."""
    first, space, rest = message.partition(" ")
    if first in {flag.name for flag in FLAGS}:
        return name_option(context, first) + space + rest
    return message


def print_options(options: ServeOptions) -> None:
    """Print every option with its value, and the default where it differs."""
    width = max(len(flag.names[-1]) for flag in FLAGS)
    for flag in FLAGS:
        value = _get_value(options, flag)
        note = ""
        if value != flag.default:
            note = f"  (default {flag.show(flag.default)})"
        click.echo(f"{flag.names[-1]:<{width}}  {flag.show(value)}{note}")


def _get_value(options: ServeOptions, flag: Flag) -> Any:
    if flag.owner is ServeOptions:
        return getattr(options, flag.field)
    if flag.owner is Limits:
        return getattr(options.limits, flag.field)
    return flag.default if options.tls is None else getattr(options.tls, flag.field)
