"""What each sub-command of `scripts/services` does."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from .catalogue import SERVICES, find_programs, get_programs, get_service, missing_line
from .errors import ServiceError
from .keeper import Keeper
from .keeper_client import KeeperClient
from .packages import can_install, install

USUAL = [s.name for s in SERVICES.values() if not s.on_request]


def start(options: argparse.Namespace) -> None:
    """Start servers and print their addresses."""
    client = KeeperClient(options.folder, watched=options.watched)
    _show(_start_all(client, options.names), as_json=options.json)


def stop(options: argparse.Namespace) -> None:
    """Stop all that was started, or only the servers named."""
    client = KeeperClient(options.folder)
    for name in options.names:
        client.order("stop", name)
    if not options.names and not client.quit():
        print("Nothing was running.")


def act(options: argparse.Namespace) -> None:
    """Restart, kill, pause or resume one server."""
    KeeperClient(options.folder).order(options.action, options.name)


def urls(options: argparse.Namespace) -> None:
    """Print the addresses of what runs."""
    _show(KeeperClient(options.folder).list_urls(), as_json=options.json)


def run(options: argparse.Namespace) -> int:
    """Start servers, run a command with their addresses, stop them."""
    command = options.command[options.command[:1] == ["--"] :]
    if not command:
        raise ServiceError("Name the command to run: services run -- COMMAND.")
    folder = Path(tempfile.mkdtemp(prefix="carboy-services-"))
    folder.chmod(0o711)
    client = KeeperClient(folder, watched=os.getpid())
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
    """Install what is missing, or say how to get it."""
    services = [get_service(name) for name in options.names or USUAL]
    if can_install():
        for package in install(services):
            print(f"installed {package}")
    missing = [service for service in services if find_programs(service) is None]
    for service in missing:
        print(missing_line(service), file=sys.stderr)
    return 1 if missing else 0


def doctor(options: argparse.Namespace) -> int:
    """Print one line for each service: where it is, or how to get it."""
    services = [get_service(name) for name in options.names or SERVICES]
    for service in services:
        programs = find_programs(service)
        if programs is None:
            print(f"missing  {missing_line(service)}")
        else:
            print(f"found    {service.title}: {programs[0]}")
    usual = [s for s in services if options.names or not s.on_request]
    return 1 if any(find_programs(service) is None for service in usual) else 0


def keep(options: argparse.Namespace) -> None:
    """Own the servers of one folder; started by the others, not by people."""
    Keeper(options.folder, options.watched).serve()


def _start_all(client: KeeperClient, names: list[str]) -> dict[str, str]:
    addresses: dict[str, str] = {}
    for name in names or USUAL:
        service = get_service(name)
        if service.is_server:
            addresses |= client.start(name)
            continue
        if can_install():
            install([service])
        addresses[service.variable] = str(get_programs(service)[0])
    return addresses


def _show(addresses: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(addresses, indent=2))
    else:
        print("\n".join(f"{name}={url}" for name, url in addresses.items()))
