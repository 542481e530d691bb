"""If this passes, a project and hints install the Carboy that is in use."""

import json
from importlib import metadata

import pytest

from carboy.install_source import find_source, make_install_command


@pytest.fixture
def install(tmp_path):
    """Return a function that makes the metadata of an installed Carboy."""

    def install(url):
        folder = tmp_path / "carboy-1.2.3.dist-info"
        folder.mkdir()
        (folder / "METADATA").write_text("Name: carboy\nVersion: 1.2.3\n")
        if url is not None:
            (folder / "direct_url.json").write_text(json.dumps({"url": url}))
        return metadata.Distribution.at(folder)

    return install


def test_from_an_index_there_is_no_source(install):
    assert find_source(install(None)) is None


@pytest.mark.parametrize("url", ["https://example.com/carboy.whl", "git+ssh://host/x"])
def test_a_remote_address_is_no_file(install, url):
    assert find_source(install(url)) is None


def test_a_wheel_is_its_own_source_while_it_exists(install, tmp_path):
    wheel = tmp_path / "with space" / "carboy-1.2.3-py3-none-any.whl"
    distribution = install(wheel.as_uri())
    assert find_source(distribution) is None

    wheel.parent.mkdir()
    wheel.touch()

    assert find_source(distribution) == wheel


def test_a_checkout_is_its_newest_wheel_of_this_version_or_itself(install, tmp_path):
    distribution = install(tmp_path.as_uri())
    assert find_source(distribution) == tmp_path

    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "carboy-1.2.2-py3-none-any.whl").touch()
    assert find_source(distribution) == tmp_path
    (tmp_path / "dist" / "carboy-1.2.3-py3-none-any.whl").touch()
    assert find_source(distribution) == tmp_path / "dist/carboy-1.2.3-py3-none-any.whl"


def test_an_extra_is_installed_from_where_carboy_is_from(install, tmp_path):
    assert make_install_command("auth", install(None)) == "pip install 'carboy[auth]'"


@pytest.mark.parametrize("name", ["carboy-1.2.3-py3-none-any.whl", "with space"])
def test_an_extra_of_a_file_is_installed_from_it(install, tmp_path, name):
    source = tmp_path / name
    source.touch() if source.suffix else source.mkdir()

    command = make_install_command("auth", install(source.as_uri()))

    assert command == f"pip install '{source}[auth]'"
