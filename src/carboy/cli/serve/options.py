"""The options of the server as flags and as variables of the environment.

Names, kinds and defaults are those of `carboy.server`; only the help is written here.
"""

from __future__ import annotations

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
USUAL, NETWORK, LIMITS, WORKERS, TLS, REST = (
    "Usual options",
    "Proxies, files and sockets",
    "Limits for clients",
    "Lives of workers",
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
    USUAL: {
        "bind": "host:port, [ipv6]:port, unix:/path or systemd; several are possible.",
        "workers": "Processes; one for each core is usual.",
        "threads": "Threads of a worker that run views.",
        "trusted_hosts": "Names that Host may have; .shop.example with all below it. "
        "TRUSTED_HOSTS of a site counts where nothing is told.",
        "access_log": "A line for each request, on standard output.",
    },
    NETWORK: {
        "trusted_proxies": "Addresses or networks of proxies, unix, or private for "
        "these and all private addresses.",
        "proxy_hops": "How many proxies stand in front, exactly. PROXY_HOPS of a site "
        "counts where nothing is told, with private proxies.",
        "static": "Serve the files of a folder without the app.",
        "socket_mode": "Permissions of a Unix socket.",
        "backlog": "Connections that the kernel holds until a worker takes them.",
    },
    LIMITS: {
        "header_timeout": "Time for a head to arrive, and for the next one to begin.",
        "body_timeout": "Time in which nothing of a body comes.",
        "body_grace": "Time before the minimum rate counts.",
        "min_body_rate": "Bytes a second that a body has to reach on average; 0: none.",
        "write_timeout": "Time that a client may leave sent bytes unread.",
        "max_header_size": "Bytes of a request head.",
        "max_body_size": "Bytes of a request body; 0: any. MAX_CONTENT_LENGTH of a "
        "site counts where nothing is told.",
        "max_form_size": "Bytes of an urlencoded form; 0: any.",
        "max_form_fields": "Fields of an urlencoded form; 0: any.",
        "max_json_depth": "Levels that a JSON body may be nested; 0: any.",
        "spool_size": "Bytes of a body held in memory before it goes to disk.",
        "max_connections": "Open connections of a worker.",
        "max_waiting": "Requests that wait for a view thread; others get 503.",
        "events_per_worker": "Open event streams of a worker; others get 429.",
    },
    WORKERS: {
        "view_timeout": "Time after which a view is logged with its stack; 0: never.",
        "drain_timeout": "Time that requests may take when a worker stops.",
        "hang_timeout": "Time without a sign of life until a worker is killed.",
        "start_timeout": "Time that a worker may take to import the app.",
        "max_requests": "Requests after which a worker is replaced; 0: never.",
        "max_memory_mb": "Megabytes after which a worker is replaced; 0: never.",
    },
    TLS: {
        "tls_certificate": "Certificate with its chain; read again on SIGHUP.",
        "tls_key": "Its key; without it looked for in the certificate's file.",
        "tls_password": "Of the key; better told in the environment.",
        "tls_client_ca": "Clients must show a certificate of this authority.",
        "tls_minimum": "The lowest version that is spoken.",
    },
}


@dataclass(frozen=True, slots=True)
class Flag:
    """One option of the server, as the command line has it."""

    name: str
    default: Any
    help: str
    section: str
    owner: type[ServeOptions | Limits | Tls]

    @property
    def words(self) -> tuple[str, ...]:
        """The flag, the usual ones with a letter too."""
        long = f"--{self.name.replace('_', '-')}"
        return (_SHORT[self.name], long) if self.name in _SHORT else (long,)

    @property
    def variable(self) -> str:
        """Its name in the environment."""
        return PREFIX + self.name.upper()

    @property
    def field(self) -> str:
        """Its name in the class of options."""
        return self.name.removeprefix("tls_") if self.owner is Tls else self.name

    @property
    def is_list(self) -> bool:
        """Whether it may be given more than once."""
        return isinstance(self.default, tuple)

    def show(self, value: Any) -> str:
        """Write a value the way it would be told."""
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
    places = {name: section for section, texts in _HELP.items() for name in texts}
    found = {}
    for owner, start in ((ServeOptions, ""), (Limits, ""), (Tls, "tls_")):
        for each in fields(owner):
            name = start + each.name
            if name in places:
                default = None if each.default is MISSING else each.default
                text = _HELP[places[name]][name]
                found[name] = Flag(name, default, text, places[name], owner)
    for name in places:
        yield found[name]


FLAGS = tuple(_list_flags())


class SectionedOption(click.Option):
    """An option that knows under which heading `--help` lists it."""

    def __init__(self, *words: Any, section: str = REST, **more: Any) -> None:
        super().__init__(*words, **more)
        self.section = section


class SectionedCommand(click.Command):
    """A command with so many options that `--help` needs headings."""

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the options, the usual ones first."""
        for section in (USUAL, NETWORK, LIMITS, WORKERS, TLS, REST):
            rows = [
                row
                for each in self.get_params(ctx)
                if isinstance(each, click.Option)
                and getattr(each, "section", REST) == section
                and (row := each.get_help_record(ctx)) is not None
            ]
            if rows:
                with formatter.section(section):
                    formatter.write_dl(rows)


def server_options(command: F) -> F:
    """Add a flag for each option of the server."""
    for flag in reversed(FLAGS):
        shown = flag.show(flag.default)
        note = "" if flag.name == "bind" or shown == "none" else f"  [{shown}]"
        add = click.option(
            *flag.words,
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
    """Tell whether an option was told by a variable, and not by a flag."""
    return context.get_parameter_source(name) is ParameterSource.ENVIRONMENT


def name_option(context: click.Context, name: str) -> str:
    """Name an option the way that its author wrote it."""
    if is_from_environment(context, name):
        return PREFIX + name.upper()
    return f"--{name.replace('_', '-')}"


def read_options(
    context: click.Context, bind: tuple[str, ...] | None = None
) -> ServeOptions:
    """Make the options of the server out of all that was told."""
    values: dict[str, Any] = {}
    for flag in FLAGS:
        said = context.params[flag.name]
        if said is not None and said != ():
            values[flag.name] = _read(flag, said, name_option(context, flag.name))
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
        raise click.UsageError(_rename(str(error), context)) from None


def _pick(values: Mapping[str, Any], owner: type) -> dict[str, Any]:
    return {
        flag.field: values[flag.name]
        for flag in FLAGS
        if flag.owner is owner and flag.name in values
    }


def _make_tls(context: click.Context, values: Mapping[str, Any]) -> Tls | None:
    told = _pick(values, Tls)
    if not told:
        return None
    if "certificate" not in told:
        name = name_option(context, f"tls_{min(told)}")
        msg = f"{name} needs a certificate. Tell it with --tls-certificate."
        raise click.UsageError(msg)
    return Tls(**{"key": told["certificate"]} | told)


def _read(flag: Flag, said: Any, name: str) -> Any:
    if flag.is_list:
        return tuple(_read_list(flag, said, name))
    if flag.owner is Tls and flag.default is None:
        return said if flag.field == _SECRET else Path(said)
    kind, noun = _KINDS[type(flag.default)]
    if flag.name == "socket_mode":
        kind, noun = _read_mode, "an octal number such as 660"
    try:
        return kind(said)
    except ValueError:
        raise click.UsageError(f"{name} must be {noun}, got {said!r}.") from None


def _read_mode(text: str) -> int:
    mode = int(text, 8)
    if not 0 <= mode <= 0o777:
        raise ValueError(text)
    return mode


_KINDS: dict[type, tuple[Callable[[str], Any], str]] = {
    int: (int, "a whole number"),
    float: (float, "a number of seconds"),
    str: (str, "a word"),
}


def _read_list(flag: Flag, said: tuple[str, ...], name: str) -> Iterator[Any]:
    for text in said:
        for word in filter(None, re.split(r"[\s,]+", text)):
            yield _read_static(word, name) if flag.name == "static" else word


def _read_static(word: str, name: str) -> tuple[str, Path]:
    prefix, sign, folder = word.partition("=")
    if not sign or not folder:
        raise click.UsageError(
            f"{name} must be a URL and a folder as in /static=build/static, "
            f"got {word!r}."
        )
    return prefix, Path(folder)


def _rename(message: str, context: click.Context) -> str:
    """Let a message name the option as its author wrote it."""
    first, space, rest = message.partition(" ")
    if first in {flag.name for flag in FLAGS}:
        return name_option(context, first) + space + rest
    return message


def print_options(options: ServeOptions) -> None:
    """Write every option with its value; those that differ from the default say so."""
    width = max(len(flag.words[-1]) for flag in FLAGS)
    for flag in FLAGS:
        value = _get(options, flag)
        note = ""
        if value != flag.default:
            note = f"  (default {flag.show(flag.default)})"
        click.echo(f"{flag.words[-1]:<{width}}  {flag.show(value)}{note}")


def _get(options: ServeOptions, flag: Flag) -> Any:
    if flag.owner is ServeOptions:
        return getattr(options, flag.field)
    if flag.owner is Limits:
        return getattr(options.limits, flag.field)
    return flag.default if options.tls is None else getattr(options.tls, flag.field)
