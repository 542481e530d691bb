"""What `carboy check` says of languages."""

from carboy.i18n.checks import check_catalogues


def ids(app):
    with app.app_context():
        return [check.id for check in check_catalogues(app)]


def test_a_broken_file_is_an_error(make_app, write_po):
    app = make_app("en,ru")
    file = write_po("ru", 'msgid "a"\nmsgstr "b\n')
    file.with_suffix(".mo").write_bytes(b"broken")
    assert ids(app) == ["i18n.E001"]


def test_unused_texts_are_a_warning(make_app, write_po):
    write_po("ru", 'msgid "Nobody shows this"\nmsgstr "x"\n')
    assert "i18n.W002" in ids(make_app("en,ru"))


def test_the_pseudo_language_is_not_for_production(make_app):
    app = make_app("en,en-XA")
    assert "i18n.W006" not in ids(app)
    app.testing = False
    assert "i18n.W006" in ids(app)
