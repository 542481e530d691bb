"""Files without a name: they are gone when they are closed or the process ends."""

import os
import tempfile
from pathlib import Path
from typing import BinaryIO


def make_temporary() -> BinaryIO:
    """Return an empty file of the operating system, open for reading and writing."""
    number, name = tempfile.mkstemp(prefix="carboy-upload-")
    Path(name).unlink()
    return os.fdopen(number, "w+b")
