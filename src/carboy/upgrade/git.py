"""The few commands of git that a proof needs."""

import subprocess
from pathlib import Path

from carboy.errors import ConfigError


class Repository:
    """A folder that git knows: a repository, or a worktree of one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str) -> str:
        """Run git and return what it prints; raise ConfigError if it fails."""
        command = ["git", "-C", str(self.folder), *arguments]
        try:
            done = subprocess.run(  # noqa: S603 - git, with arguments of ours
                command, capture_output=True, text=True, check=False
            )
        except FileNotFoundError:
            raise ConfigError("--prove needs git, which is not installed.") from None
        if done.returncode:
            text = (done.stderr or done.stdout).strip()
            raise ConfigError(f"git {' '.join(arguments)} failed: {text}")
        return done.stdout.strip()

    def head(self) -> str:
        """Return the id of the current commit."""
        return self.run("rev-parse", "HEAD")

    def reset(self, commit: str) -> None:
        """Go to a commit, without anything that is not in it."""
        self.run("reset", "--hard", "--quiet", commit)

    def commit(self, message: str) -> str:
        """Commit all changed files and return the id."""
        options = []
        if not self._has_identity():
            options = ["-c", "user.name=carboy", "-c", "user.email=carboy@localhost"]
        self.run(*options, "commit", "--all", "--no-verify", "--quiet", "-m", message)
        return self.head()

    def _has_identity(self) -> bool:
        try:
            return bool(self.run("config", "user.email"))
        except ConfigError:
            return False


def find_repository(path: Path) -> Repository:
    """Return the repository that a path is in; raise if there is none, or if dirty."""
    start = path if path.is_dir() else path.parent
    try:
        root = Repository(start.absolute()).run("rev-parse", "--show-toplevel")
    except ConfigError:
        raise ConfigError(
            f"--prove commits each rule, but {start} is not in a git repository. Run:"
            " git init && git add --all && git commit -m before"
        ) from None
    repository = Repository(Path(root))
    if repository.run("status", "--porcelain", "--untracked-files=no"):
        raise ConfigError(
            "--prove starts from the last commit, and there are changes that are not"
            " committed. Commit or stash them first."
        )
    return repository


def free_branch(repository: Repository, name: str = "carboy-upgrade") -> str:
    """Return a name that no branch has."""
    taken = repository.run("branch", "--list", "--format=%(refname:short)").split()
    names = [name, *(f"{name}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
