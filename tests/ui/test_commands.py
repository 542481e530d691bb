"""`carboy static build` says what it has compressed."""

from flask import Blueprint, Flask

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


def test_the_files_of_blueprints_are_compressed_too(tmp_path):
    for folder in ("static", "stock/static"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "some.css").write_text("body { color: teal }\n" * 50)
    app = Flask("shop", root_path=str(tmp_path))
    UI(app)
    home = str(tmp_path / "stock")
    for name in ("stock", "again"):
        blueprint = Blueprint(
            name, name, root_path=home, static_folder="static", url_prefix=f"/{name}"
        )
        app.register_blueprint(blueprint)
    app.register_blueprint(Blueprint("bare", "bare", root_path=home))

    result = app.test_cli_runner().invoke(args=["static", "build"])

    assert result.exit_code == 0, result.output
    assert "2 files, 2100 bytes" in result.output
    assert len(list((tmp_path / "stock" / "static" / ".carboy").iterdir())) == 3
