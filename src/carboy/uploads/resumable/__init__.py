"""Large files in parts that continue after a break: the protocol tus 1.0."""

from .blueprint import ResumableUploads

__all__ = ["ResumableUploads"]
