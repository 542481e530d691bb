"""The program that decodes one image in a process of its own, under limits.

It is run as a file, with the image as its standard input and the result as its standard
output, and imports nothing of the package: it starts in a tenth of a second. What goes
wrong in a decoder ends this process, which holds no secret, and not the site.
"""

import contextlib
import io
import json
import resource
import sys
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageOps, ImageSequence

# Pillow's names of what is decoded, by the kinds of the package.
_FORMATS = {
    "jpeg": "JPEG",
    "png": "PNG",
    "gif": "GIF",
    "webp": "WEBP",
    "avif": "AVIF",
    "bmp": "BMP",
    "tiff": "TIFF",
    "ico": "ICO",
}
# What is written; other kinds become PNG.
_WRITTEN = {"JPEG": "jpeg", "PNG": "png", "GIF": "gif", "WEBP": "webp"}
_ANIMATED = {"GIF", "PNG", "WEBP"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 85, "progressive": True, "optimize": True},
    "PNG": {"optimize": False},
    "GIF": {},
    "WEBP": {"quality": 85},
}
_MEGABYTE = 1_048_576


class LimitError(Exception):
    """Raised for an image that is above a limit, which is the argument."""


def main() -> None:
    """Read an image, write it anew, and print what it is."""
    options = json.loads(sys.argv[1])
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(open(0, "rb", closefd=False))
        target = stack.enter_context(open(1, "wb", closefd=False))
        _limit(options)
        answer = answer_for(source, target, options)
    sys.stderr.write(json.dumps(answer))


def answer_for(source: Any, target: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Return what became of an image: its kind and size, or the reason of a refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return convert(source, target, options)
    except LimitError as error:
        return {"error": str(error)}
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"error": "pixels"}
    except Exception as error:
        return {"error": "broken", "detail": type(error).__name__}


def convert(source: Any, target: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Write the image of one file to another; return its kind and size."""
    Image.MAX_IMAGE_PIXELS = options["max_pixels"]
    image = Image.open(source, formats=[_FORMATS[options["kind"]]])
    if image.width * image.height > options["max_pixels"]:
        raise LimitError("pixels")
    written = image.format if image.format in _WRITTEN else "PNG"
    frames = _read_frames(image, options, written)
    first = frames[0]
    saving = dict(_OPTIONS[written])
    if len(frames) > 1:
        saving |= {
            "save_all": True,
            "append_images": frames[1:],
            "duration": [frame.info.get("duration", 100) for frame in frames],
            "loop": image.info.get("loop", 0),
        }
        if written == "GIF":
            saving["disposal"] = 2
    # Comments, profiles and the like are in `info`, where some writers look.
    for frame in frames:
        frame.info = {}
    first.save(target, written, **saving)
    return {
        "kind": _WRITTEN[written],
        "width": first.width,
        "height": first.height,
        "frames": len(frames),
    }


def _read_frames(image: Any, options: dict[str, Any], written: str) -> list[Any]:
    if written not in _ANIMATED or not getattr(image, "is_animated", False):
        return [_prepare(image, options, written)]
    frames: list[Any] = []
    pixels = 0
    for frame in ImageSequence.Iterator(image):
        pixels += image.width * image.height
        if len(frames) >= options["max_frames"]:
            raise LimitError("frames")
        if pixels > options["max_pixels"]:
            raise LimitError("pixels")
        duration = frame.info.get("duration", 100)
        prepared = _prepare(frame.convert("RGBA"), options, written)
        prepared.info["duration"] = duration
        frames.append(prepared)
    return frames


def _prepare(image: Any, options: dict[str, Any], written: str) -> Any:
    """Return the pixels as they are meant to be seen, of the size that is wanted."""
    size = options.get("size")
    if size is not None:
        # JPEG is decoded smaller at once, twice as large as needed.
        image.draft(None, (size[0] * 2, size[1] * 2))
    image.load()
    image = ImageOps.exif_transpose(image)
    image = _to_srgb(image)
    if written == "JPEG":
        image = image.convert("L" if image.mode in {"1", "L", "I;16"} else "RGB")
    elif image.mode not in {"1", "L", "LA", "P", "RGB", "RGBA"}:
        image = image.convert("RGBA" if "A" in image.mode else "RGB")
    if size is not None:
        if image.mode in {"1", "P"}:
            image = image.convert("RGBA")
        if options.get("crop"):
            image = ImageOps.fit(image, size)
        else:
            image.thumbnail(size)
    # A new image, which has nothing of the file but its pixels.
    return image.copy()


def _to_srgb(image: Any) -> Any:
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK", "L"}:
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if image.mode == "L":
        return image
    # A broken profile is left out: colours may be off a little.
    with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
        before = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        after = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, before, after, outputMode=mode)
    return image


def _limit(options: dict[str, Any]) -> None:
    """Set the memory, time and disk above which the kernel ends this process."""
    memory = 400 * _MEGABYTE + options["max_pixels"] * 16
    seconds = int(options["seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (options["max_output"],) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
