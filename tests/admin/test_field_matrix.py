"""Roles, models, fields, and ways to reach a field: over 7,500 cells, each as expected.

What a way leads to is asked of the very functions that its page calls. What is
expected stands here once more, written by hand. `test_write_matrix.py` sends samples
through HTTP and looks into the database.
"""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from werkzeug.exceptions import Forbidden, NotFound

from carboy.admin import Admin
from carboy.admin.access import CREATE, EDIT, EXPORT, IMPORT
from carboy.admin.actions import list_bulk_fields
from carboy.admin.inline_rows import InlineReader, InlineRows
from carboy.admin.pages.cell_view import list_cells
from carboy.admin.pages.edit_view import open_editor
from carboy.admin.pages.history_view import list_restorable
from carboy.admin.pages.import_view import list_import_fields
from carboy.admin.pages.list_view import list_filters
from carboy.admin.pages.page import ConsolePage
from carboy.admin.row_forms import open_row_form
from carboy.admin.schema import key_of
from carboy.admin.transfer import list_exported
from carboy.auth import policy
from tests.admin import zoo
from tests.admin.conftest import PEOPLE, Site

Way = Callable[[ConsolePage, str, str], set[str]]
READ_ONLY = "boss, read only"
ROLES = ("", *PEOPLE, READ_ONLY)

# Nowhere: secrets, and what a registration hides.
UNSEEN = {"password_hash", "api_token", "chip_secret", "token_id"}
HIDDEN = {("guide", "language")}
# For the boss alone.
RESTRICTED = {("log", "level")}
READONLY = {("everything", "small")}
# What nobody types: numbers, own values, versions, expressions, bytes, kinds.
NOT_TYPED = {
    *("id", "auth_epoch", "registered_at", "created_at", "updated_at", "version"),
    *("kind", "type", "blob", "computed_length", "note"),
}
# WTForms has an attribute of this name.
TAKEN = {"data"}
# Behind a relation, which is what a form has; and relations of the other side.
BEHIND = {"cage_id", "mother_id", "house_id", "animal_id"}
OTHER_SIDE = {"passport", "animals", "cages"}
TYPED = {"create", "edit", "import", "import as a change", "change of many"}
NEW_ONLY = {("feeding", "meal"), ("slug", "path")}
RELATIONS = {"cage", "mother", "house", "animal", "guides", "visits", *OTHER_SIDE}
RELATIONS_TO_MANY = {"guides", "visits"}
UNIQUE_CELLS = {
    ("house", "name"),
    ("passport", "number"),
    ("account", "email"),
    ("account", "username"),
}
# Cells of lists that are registered as editable.
CELLS = {
    *(("house", "name"), ("house", "opened"), ("log", "line"), ("log", "level")),
    *(("everything", "text"), ("everything", "small"), ("guide", "name")),
}
# Rows that stand in the form of their parent, without the way back to it.
PARENTS = {"cage": ("house", "cages"), "animal": ("cage", "animals")}
IN_PARENT = {"row of a parent", "new row of a parent"}
# Bytes, and an expression whose type nobody has said.
UNKNOWN_TYPES = {"blob", "computed_length"}


def is_typed(slug: str, field: str, *, is_new: bool) -> bool:
    cell = (slug, field)
    never = NOT_TYPED | TAKEN | BEHIND | OTHER_SIDE | UNSEEN
    is_open = field not in never and cell not in READONLY | HIDDEN
    return is_open and (is_new or cell not in NEW_ONLY)


def is_restored(slug: str, field: str) -> bool:
    is_open = field in BEHIND | TAKEN or is_typed(slug, field, is_new=True)
    return is_open and (slug, field) not in HIDDEN


def expect(role: str, slug: str, field: str, way: str) -> bool:
    """Return whether a role reaches a field by a way."""
    cell = (slug, field)
    reads = {"detail", "filter", "export"}
    roles = (
        {"viewer", "editor", "boss", READ_ONLY} if way in reads else {"editor", "boss"}
    )
    is_seen = field not in UNSEEN and cell not in HIDDEN
    is_kept = cell in RESTRICTED and role not in {"boss", READ_ONLY}
    if role not in roles or not is_seen or is_kept:
        return False
    if way in TYPED | IN_PARENT | {"cell"} and not is_typed(
        slug, field, is_new=way in {"create", "import", "new row of a parent"}
    ):
        return False
    decide = DECISIONS.get(way)
    return decide is None or decide(slug, field)


def is_in_parent(slug: str, field: str) -> bool:
    return slug in PARENTS and field not in {PARENTS[slug][0], *RELATIONS_TO_MANY}


DECISIONS: dict[str, Callable[[str, str], bool]] = {
    "cell": lambda slug, field: (slug, field) in CELLS,
    "row of a parent": is_in_parent,
    "new row of a parent": is_in_parent,
    "change of many": lambda slug, field: (
        (slug, field) not in UNIQUE_CELLS and field not in RELATIONS_TO_MANY
    ),
    "restore": is_restored,
    "add again": is_restored,
    "export": lambda _slug, field: field not in RELATIONS | UNKNOWN_TYPES,
}


def open_form(page: ConsolePage, slug: str, row: Any) -> set[str]:
    admin = page.console.admins[slug]
    form, fields = open_row_form(page.console, page.access, admin, row)
    names = {each.name for each in fields} & {*form._fields}
    return names if form.allow(row or admin.model()) else set()


def reach_create(page: ConsolePage, slug: str, _key: str) -> set[str]:
    page.get_admin(slug, CREATE)
    return open_form(page, slug, None)


def reach_edit(page: ConsolePage, slug: str, key: str) -> set[str]:
    return open_form(page, slug, page.get_row(page.get_admin(slug), key, EDIT))


def reach_import(page: ConsolePage, slug: str, _key: str) -> set[str]:
    admin = page.get_admin(slug, IMPORT)
    columns = {each.name for each in list_import_fields(page, admin)}
    return columns & open_form(page, slug, None)


def reach_import_as_change(page: ConsolePage, slug: str, key: str) -> set[str]:
    admin = page.get_admin(slug, IMPORT)
    columns = {each.name for each in list_import_fields(page, admin)}
    return columns & open_form(page, slug, page.get_row(admin, key, EDIT))


def reach_change_of_many(page: ConsolePage, slug: str, key: str) -> set[str]:
    admin = page.get_admin(slug, EDIT)
    row = page.get_row(admin, key, EDIT)
    fields = {each.name for each in list_bulk_fields(admin, page.access)}
    return fields & open_form(page, slug, row)


def reach_restore(page: ConsolePage, slug: str, key: str) -> set[str]:
    admin = page.get_admin(slug)
    page.get_row(admin, key, EDIT)
    return {each.name for each in list_restorable(page, admin)}


def reach_add_again(page: ConsolePage, slug: str, _key: str) -> set[str]:
    admin = page.get_admin(slug)
    if not page.access.allows(CREATE, admin.model()):
        return set()
    return {each.name for each in list_restorable(page, admin)}


def reach_cell(page: ConsolePage, slug: str, key: str) -> set[str]:
    admin = page.get_admin(slug, EDIT)
    row = page.get_row(admin, key, EDIT)
    reached: set[str] = set()
    for name in list_cells(page, admin):
        editor = open_editor(page, admin, row, only={name})
        reached |= {*editor.form._fields} - {"csrf_token", "version"}
    return reached


def open_in_parent(page: ConsolePage, slug: str) -> InlineRows | None:
    parent, relation = PARENTS.get(slug, ("", ""))
    admin = page.console.admins.get(parent)
    if admin is None:
        return None
    page.get_admin(parent, EDIT)
    row = page.console.session.scalars(admin.select()).first()
    reader = InlineReader(page.console, page.access, admin, may_delete=True)
    opened = {each.attribute.name: each for each in reader.open(row, None)}
    return opened.get(relation)


def reach_row_of_parent(page: ConsolePage, slug: str, _key: str) -> set[str]:
    opened = open_in_parent(page, slug)
    if opened is None:
        return set()
    forms = [each.form for each in opened.rows if each.form]
    return {name for form in forms for name in form._fields} - {"version"}


def reach_new_row_of_parent(page: ConsolePage, slug: str, _key: str) -> set[str]:
    opened = open_in_parent(page, slug)
    if opened is None or opened.blank is None:
        return set()
    return {*opened.blank.form._fields} - {"version"}


def reach_detail(page: ConsolePage, slug: str, key: str) -> set[str]:
    admin = page.get_admin(slug)
    page.get_row(admin, key)
    return {*page.access.visible(admin.model)}


def reach_filter(page: ConsolePage, slug: str, _key: str) -> set[str]:
    return {each.name for each in list_filters(page, page.get_admin(slug))}


def reach_export(page: ConsolePage, slug: str, _key: str) -> set[str]:
    admin = page.get_admin(slug, EXPORT)
    visible = page.access.visible(admin.model).values()
    return {each.name for each in list_exported(visible)}


WAYS: dict[str, Way] = {
    "create": reach_create,
    "edit": reach_edit,
    "import": reach_import,
    "import as a change": reach_import_as_change,
    "change of many": reach_change_of_many,
    "restore": reach_restore,
    "add again": reach_add_again,
    "cell": reach_cell,
    "row of a parent": reach_row_of_parent,
    "new row of a parent": reach_new_row_of_parent,
    "detail": reach_detail,
    "filter": reach_filter,
    "export": reach_export,
}


@pytest.fixture
def registered(admin: Admin) -> None:
    admin.register(zoo.Guide, hidden=["language"], editable=["name"])
    admin.register(
        zoo.Everything,
        readonly=["small"],
        columns=["text", "small"],
        editable=["text", "small"],
    )
    admin.register(zoo.Log, restricted={"level": "count"}, editable=["line", "level"])
    admin.register(zoo.House, inlines=["cages"], editable=["name", "opened"])
    admin.register(zoo.Cage, inlines=["animals"])

    @policy("count", zoo.Log)
    def may_count(user: Any) -> bool:
        return bool(user.has_permission("zoo.everything"))


def reach(way: str, page: ConsolePage, slug: str, key: str) -> set[str]:
    try:
        return WAYS[way](page, slug, key)
    except (NotFound, Forbidden):
        return set()


@pytest.mark.usefixtures("registered")
def test_each_cell_is_as_expected(sqlite_site: Site) -> None:
    console = sqlite_site.app.extensions["carboy.admin"]
    wrong, count = [], 0
    with sqlite_site.app.test_request_context():
        session = console.session
        keys = {
            slug: key_of(session.scalars(each.select()).first())
            for slug, each in console.admins.items()
        }
        for role in ROLES:
            console.is_read_only = role == READ_ONLY
            access = console.make_access()
            name = role.partition(",")[0]
            access.user = sqlite_site.find(name) if name else None
            page = ConsolePage(console, access, "")
            for slug, way in product(console.admins, WAYS):
                fields = {p.key for p in console.admins[slug].mapper.attrs}
                reached = reach(way, page, slug, keys[slug])
                wanted = {each for each in fields if expect(role, slug, each, way)}
                count += len(fields)
                wrong += [(role, slug, way, each) for each in reached ^ wanted]

    assert wrong == []
    assert count > 7_500
