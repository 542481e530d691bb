"""Files that browsers send straight to S3, and a form confirms."""

from .blueprint import DirectUploads

__all__ = ["DirectUploads"]
