"""Verify and re-encode images in a child process: only pixels come through."""

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO

from carboy.errors import UnavailableError
from carboy.extras import MissingExtraError, describe_missing

from .dimensions import read_dimensions
from .refusals import refuse_image
from .temporary import make_temporary

# What Pillow decodes here. Its other formats are rare, and old code.
DECODED = frozenset({"jpeg", "png", "gif", "webp", "avif", "bmp", "tiff", "ico"})
_SCRIPT = Path(__file__).parent / "image_process.py"
_MAX_OUTPUT = 64 * 1_048_576
_MAX_ANSWER = 4096
# What the child needs of the environment, which may hold secrets.
_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class ImageLimits:
    """The most that an image may have, and the seconds that decoding may take."""

    max_pixels: int = 40_000_000
    max_frames: int = 200
    timeout: float = 10.0


@dataclass(frozen=True, slots=True)
class ImageSize:
    """The size of a variant: within a box, or cut to it."""

    width: int
    height: int
    crop: bool = False


@dataclass(frozen=True, slots=True)
class EncodedImage:
    """An image that was written anew; `file` is deleted when it is closed."""

    file: BinaryIO
    kind: str
    width: int
    height: int
    frames: int


class ImageProcesses:
    """The child processes of one site: so many at a time, the others wait."""

    def __init__(self, at_once: int, limits: ImageLimits) -> None:
        self.limits = limits
        self._slots = threading.BoundedSemaphore(at_once)

    def encode(
        self, source: BinaryIO, kind: str, size: ImageSize | None = None
    ) -> EncodedImage:
        """Return the image of an open file, or raise `UploadRefusedError`."""
        source.seek(0)
        dimensions = read_dimensions(source, kind)
        if dimensions and dimensions[0] * dimensions[1] > self.limits.max_pixels:
            # Known without decoding it, and without a process.
            raise refuse_image("pixels", self.limits)
        if not self._slots.acquire(timeout=self.limits.timeout):
            raise UnavailableError(
                f"No image was decoded for {self.limits.timeout:g} seconds: too many "
                f"others wait. Raise UPLOADS_IMAGE_PROCESSES if there are processors."
            )
        try:
            return _run(source, kind, self.limits, size)
        finally:
            self._slots.release()


def require_pillow() -> None:
    """Raise an error that names the extra unless Pillow is installed."""
    if find_spec("PIL") is None:
        raise MissingExtraError(
            describe_missing("An attachment of images", "images", ["PIL"])
        )


def _run(
    source: BinaryIO, kind: str, limits: ImageLimits, size: ImageSize | None
) -> EncodedImage:
    options: dict[str, Any] = {
        "kind": kind,
        "max_pixels": limits.max_pixels,
        "max_frames": limits.max_frames,
        "seconds": limits.timeout,
        "max_output": _MAX_OUTPUT,
    }
    if size is not None:
        options |= {"size": [size.width, size.height], "crop": size.crop}
    target = make_temporary()
    try:
        answer = _call(source, target, options, limits.timeout)
    except BaseException:
        target.close()
        raise
    if "error" in answer:
        target.close()
        raise refuse_image(answer["error"], limits)
    target.seek(0)
    return EncodedImage(
        target, answer["kind"], answer["width"], answer["height"], answer["frames"]
    )


def _call(
    source: BinaryIO, target: BinaryIO, options: dict[str, Any], timeout: float
) -> dict[str, Any]:
    """Run the program and return what it prints; whatever ends it, the file is bad."""
    with make_temporary() as copy:
        source.seek(0)
        while data := source.read(262_144):
            copy.write(data)
        copy.flush()
        copy.seek(0)
        command = [sys.executable, "-I", str(_SCRIPT), json.dumps(options)]
        environment = {n: os.environ[n] for n in _VARIABLES if n in os.environ}
        try:
            done = subprocess.run(
                command,
                stdin=copy,
                stdout=target,
                stderr=subprocess.PIPE,
                env=environment,
                timeout=timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return {"error": "time"}
    return _parse(done.stderr[-_MAX_ANSWER:])


def _parse(text: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except ValueError:
        # Ended by a limit of the kernel, or by a crash of the decoder.
        return {"error": "broken"}
    return answer if isinstance(answer, dict) else {"error": "broken"}
