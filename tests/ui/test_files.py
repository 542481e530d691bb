"""An app has the kit's static files and, if it has a static folder, its own."""

from flask import Flask

from carboy.ui.files import OURS, UiFiles


def test_the_kit_s_files_are_served_from_the_package():
    files = UiFiles(Flask("shop"))

    assert files.ours.folder == OURS
    assert files.ours.digest("ui.css")


def test_an_app_without_a_static_folder_has_only_those():
    assert UiFiles(Flask("shop", static_folder=None)).site is None
