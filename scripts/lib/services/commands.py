"""The sub-commands of `scripts/services`."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .catalogue import SERVICES, find_programs, get_programs, get_service, missing_line
from .daemon import ServiceDaemon
from .daemon_client import DaemonClient
from .errors import ServiceError
from .packages import can_install, install

DEFAULT_NAMES = [s.name for s in SERVICES.values() if not s.on_request]


def start(options: argparse.Namespace) -> None:
    """Start servers and print their URLs."""
    client = DaemonClient(options.folder, watched=options.watched)
    _print_urls(_start_all(client, options.names), as_json=options.json)


def stop(options: argparse.Namespace) -> None:
    """Stop all servers, or those named."""
    client = DaemonClient(options.folder)
    for name in options.names:
        client.send("stop", name)
    if not options.names and not client.quit():
        print("Nothing was running.")


def act(options: argparse.Namespace) -> None:
    """Restart, kill, pause or resume one server."""
    DaemonClient(options.folder).send(options.action, options.name)


def urls(options: argparse.Namespace) -> None:
    """Print the URLs of the running servers."""
    _print_urls(DaemonClient(options.folder).list_urls(), as_json=options.json)


def run(options: argparse.Namespace) -> int:
    """Start servers, run a command with their URLs in the environment, stop them."""
    command = options.command[options.command[:1] == ["--"] :]
    if not command:
        raise ServiceError("Name the command to run: services run -- COMMAND.")
    folder = Path(tempfile.mkdtemp(prefix="carboy-services-"))
    folder.chmod(0o711)
    client = DaemonClient(folder, watched=os.getpid())
    try:
        environment = os.environ | _start_all(client, options.names)
        return subprocess.run(command, env=environment, check=False).returncode
    except FileNotFoundError as error:
        raise ServiceError(f"{command[0]!r} was not found.") from error
    except KeyboardInterrupt:
        return 130
    finally:
        client.quit()


def install_missing(options: argparse.Namespace) -> int:
    """Install missing services, or print how to install them."""
    services = [get_service(name) for name in options.names or DEFAULT_NAMES]
    if can_install():
        for package in install(services):
            print(f"installed {package}")
    missing = [service for service in services if find_programs(service) is None]
    for service in missing:
        print(missing_line(service), file=sys.stderr)
    return 1 if missing else 0


def doctor(options: argparse.Namespace) -> int:
    """Print one line for each service: its path, or how to install it."""
    services = [get_service(name) for name in options.names or SERVICES]
    for service in services:
        programs = find_programs(service)
        if programs is None:
            print(f"missing  {missing_line(service)}")
        else:
            print(f"found    {service.title}: {programs[0]}")
    usual = [s for s in services if options.names or not s.on_request]
    return 1 if any(find_programs(service) is None for service in usual) else 0


def daemon(options: argparse.Namespace) -> None:
    """Own the servers of one folder; started by the other commands."""
    ServiceDaemon(options.folder, options.watched).serve()


def _start_all(client: DaemonClient, names: list[str]) -> dict[str, str]:
    addresses: dict[str, str] = {}
    for name in names or DEFAULT_NAMES:
        service = get_service(name)
        if service.is_server:
            addresses |= client.start(name)
            continue
        if can_install():
            install([service])
        addresses[service.variable] = str(get_programs(service)[0])
    return addresses


def _print_urls(addresses: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(addresses, indent=2))
    else:
        print("\n".join(f"{name}={url}" for name, url in addresses.items()))
