import pytest

from carboy import Carboy, Settings


@pytest.fixture
def make_app(tmp_path):
    def make(languages="en,zh-CN,ru,ar", **environ):
        settings = Settings.load(
            {},
            root=tmp_path,
            environ={
                "CARBOY_PROFILE": "testing",
                "LANGUAGES": languages,
                "BABEL_TRANSLATION_DIRECTORIES": str(tmp_path / "translations"),
                **environ,
            },
        )
        app = Carboy(
            "shop",
            instance_path=str(tmp_path),
            # Otherwise it is that of the repository, whose code it would read.
            root_path=str(tmp_path),
            settings=settings,
        )
        app.use()
        return app

    return make


@pytest.fixture
def write_po(tmp_path):
    def write(folder, text, plural="nplurals=1; plural=0;"):
        file = tmp_path / "translations" / folder / "LC_MESSAGES" / "messages.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        header = (
            'msgid ""\nmsgstr ""\n'
            '"Content-Type: text/plain; charset=utf-8\\n"\n'
            f'"Plural-Forms: {plural}\\n"\n\n'
        )
        file.write_text(header + text, encoding="utf-8")
        return file

    return write
