"""`carboy static build` says what it has compressed."""

from flask import Flask

from carboy.ui import UI


def test_the_build_names_each_file_with_its_sizes(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "site.css").write_text("body { color: teal }\n" * 50)
    app = Flask("shop", root_path=str(tmp_path))
    UI(app)

    result = app.test_cli_runner().invoke(args=["static", "build"])

    assert result.exit_code == 0, result.output
    assert "site.css: 1050 bytes (br " in result.output
    assert "1 files, 1050 bytes" in result.output
    assert len(list((tmp_path / "static" / ".carboy").iterdir())) == 3


def test_a_site_without_static_files_is_named(tmp_path):
    app = Flask("shop", root_path=str(tmp_path))
    UI(app)

    result = app.test_cli_runner().invoke(args=["static", "build"])

    assert "The site has no static folder" in str(result.exception)
