"""The storages, and the site that takes large files."""

from tests.uploads.resumable.conftest import cinema, make_cinema
from tests.uploads.storages.conftest import fake_s3, place, storage

__all__ = ["cinema", "fake_s3", "make_cinema", "place", "storage"]
