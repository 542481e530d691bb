"""Uploads: files that people send, stored with the rows that they belong to.

The places where files are stored are in `carboy.uploads.storages`.
"""
