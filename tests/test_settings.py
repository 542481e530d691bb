"""The settings of a site have a typed section for each battery."""

from pkgutil import resolve_name

from carboy import Settings
from carboy.core import Section


def test_every_section_can_be_imported():
    for prefix, path in Settings.sections.items():
        section = resolve_name(path)
        assert isinstance(section, type)
        assert issubclass(section, Section)
        assert any(
            key.startswith(f"{prefix}_") for f in section.fields() for key in f.keys
        )


def test_sections_are_read_by_name_and_with_their_types():
    settings = Settings.load(
        {}, root="/nowhere", environ={"CARBOY_PROFILE": "testing", "CACHE_TIMEOUT": "7"}
    )

    assert settings.cache.timeout == 7
    assert settings.database.prefix == "DATABASE"
    assert settings.session.prefix == "SESSION"
    assert settings.tasks.prefix == "TASKS"
    assert settings.headers.frame == "DENY"
    assert settings.health.on
    assert settings.log.level == "INFO"
