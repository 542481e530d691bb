"""A PostgreSQL that follows another one, and can take its place."""

from pathlib import Path

from .catalogue import get_programs, get_service
from .make_server import find_free_port
from .postgresql import PostgresqlBackend
from .process import choose_user, run
from .server import Server
from .settings import ServerSettings


class StandbyBackend(PostgresqlBackend):
    """PostgreSQL that begins as a copy of another server and follows it."""

    def __init__(self, settings: ServerSettings, primary_url: str) -> None:
        super().__init__(settings)
        self._primary_url = primary_url

    def prepare(self, data: Path) -> None:
        """Copy the data of the primary server."""
        program = self._postgres.with_name("pg_basebackup")
        command: list[str | Path] = [program, "-D", data, "-d", self._primary_url]
        command += ["-R", "--checkpoint=fast", "--no-sync"]
        run(command, user=self.user, log=data.with_name("log"))


def make_standby(primary: Server, password: str, parent: Path | None = None) -> Server:
    """Return a standby of `primary`, not started yet."""
    service = get_service("postgresql")
    settings = ServerSettings(
        programs=get_programs(service),
        port=find_free_port(),
        password=password,
        user=choose_user(service.users),
        durable=False,
    )
    return Server(StandbyBackend(settings, primary.url), parent=parent)
