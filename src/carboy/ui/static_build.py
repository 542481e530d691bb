"""What `carboy static build` does: compress the static files of a site in advance."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from carboy.errors import ConfigError

from .assets import BUILD, list_text_files, make_digest
from .compression import SUFFIXES, compress, list_encodings


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One file with the size of each of its forms; 0 for one that is not worth it."""

    name: str
    size: int
    sizes: dict[str, int]


def build_static(folder: Path) -> Iterator[BuiltFile]:
    """Compress each text file of a folder, and remove what is left of older files.

    Each form is named by the content it was made of, so a form never outlives its
    file: one that was changed after the build is compressed at first use.
    """
    target = folder / BUILD
    try:
        target.mkdir(exist_ok=True)
    except OSError as error:
        msg = (
            f"{target} cannot be created: {error.strerror}. Run the build where the "
            f"static folder can be written, such as while an image is built."
        )
        raise ConfigError(msg) from None
    current: set[str] = set()
    for path in list_text_files(folder):
        content = path.read_bytes()
        digest, sizes = make_digest(content), {}
        for encoding in list_encodings():
            file = target / f"{digest}{SUFFIXES[encoding]}"
            current.add(file.name)
            sizes[encoding] = _write(file, encoding, content)
        yield BuiltFile(str(path.relative_to(folder)), len(content), sizes)
    for file in target.iterdir():
        if file.name not in current:
            file.unlink()


def _write(file: Path, encoding: str, content: bytes) -> int:
    if file.exists():
        return file.stat().st_size
    packed = compress(encoding, content, best=True)
    if packed is None:
        return 0
    # Renamed when complete: a server may look for it while it is written.
    part = file.with_name(f"{file.name}.part")
    part.write_bytes(packed)
    part.replace(file)
    return len(packed)
