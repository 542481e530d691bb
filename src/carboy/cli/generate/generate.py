"""What each kind of generated thing consists of."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

from carboy.cli.code_templates import make_environment
from carboy.errors import ConfigError

from . import edit_factory, samples
from .changes import FileChanges
from .edit_factory import UnknownShapeError
from .edit_navigation import add_link
from .fields import FieldSpec
from .form_code import render_form
from .imports import Import, render_imports
from .marked_texts import MarkedTexts
from .migration_code import render_migration
from .model_code import render_model
from .names import Name
from .site import Site

_NUMBERS = frozenset({"integer", "float", "decimal"})
_LONG = frozenset({"text", "json"})
# A list shows what fits beside each other; the page of a row shows everything.
_MOST_COLUMNS = 5
# Type → how a page shows the value, where Python's own text is for programmers.
_SHOWN = {
    "boolean": '"Yes" if row.{0} else "No"',
    "datetime": 'row.{0}.strftime("%Y-%m-%d %H:%M UTC") if row.{0} else ""',
    "enum": 'row.{0}.value.replace("_", " ")|capitalize if row.{0} else ""',
    "json": 'row.{0}|tojson if row.{0} is not none else ""',
}
# The same where the pages have languages: as their visitor writes them.
_SHOWN_TRANSLATED = {
    **_SHOWN,
    "boolean": '_("Yes") if row.{0} else _("No")',
    "date": 'row.{0}|dateformat if row.{0} else ""',
    "datetime": 'row.{0}|datetimeformat if row.{0} else ""',
    "enum": '_(row.{0}.value.replace("_", " ")|capitalize) if row.{0} else ""',
}
_TEMPLATES = make_environment(Path(__file__).parent / "templates")


@dataclass(frozen=True, slots=True)
class Generator:
    """Collects the changes for one thing of a site."""

    site: Site
    name: Name
    fields: tuple[FieldSpec, ...]
    changes: FileChanges

    @property
    def _folder(self) -> Path:
        return self.site.root / self.name.plural

    @property
    def _module(self) -> str:
        return f"{self.site.package}.{self.name.plural}"

    def add_model(self) -> None:
        """Add the model, its migration and its test."""
        self._require_database()
        self._require_targets()
        existing = self.site.find_model(self.name.camel)
        if existing is not None:
            msg = f"There is a model {self.name.camel} in {existing.module} already."
            raise ConfigError(f"{msg} Choose another name.")
        self._add_package()
        model = render_model(self.name, self.fields, self.site)
        self.changes.create(self._folder / "models.py", model)
        migrations = self.site.folder / "migrations"
        if (migrations / "env.py").is_file():
            path, text = render_migration(self.name, self.fields, migrations)
            self.changes.create(path, text)
            self.changes.notes.append("python manage.py db upgrade")
        else:
            self.changes.notes.append("python manage.py db init")
            self.changes.notes.append("python manage.py db migrate")
        self._add_test("test_model.py", f"test_{self.name.plural}_model.py")

    def add_form(self, *, has_model: bool) -> None:
        """Add the form; one without a model is tested by itself."""
        if not self.fields:
            raise ConfigError("A form needs a field at least, for example name:string.")
        self._require_forms()
        self._add_package()
        text = render_form(self.name, self.fields, self.site, has_model=has_model)
        self.changes.create(self._folder / "forms.py", text)
        if not has_model:
            if any(field.kind == "references" for field in self.fields):
                msg = "A form without a model has no references: generate a resource."
                raise ConfigError(msg)
            self._add_test("test_form.py", f"test_{self.name.plural}_form.py")

    def add_resource(self) -> None:
        """Add model, form, pages and tests, and install the pages."""
        self.add_model()
        self.add_form(has_model=True)
        self.changes.create(self._folder / "views.py", self._render("views.py"))
        pages = self._folder / "templates" / self.name.plural
        title = next((f for f in self.fields if f.kind == "string"), None)
        columns = [f for f in self.fields if f.kind not in _LONG and f is not title]
        del columns[_MOST_COLUMNS:]
        for page in ("index", "show", "form"):
            text = self._render(f"{page}.html", columns=columns)
            self.changes.create(pages / f"{page}.html", text)
        self._add_test("test_resource.py", f"test_{self.name.plural}.py")
        line = "{app}.use(" + f"{self.name.plural}.pages)"
        if self._install(self.name.plural, line):
            self._add_link()
        path = self.name.plural.replace("_", "-")
        self.changes.notes.append(f"/{path}/ lists the {self.name.plural_label}")
        init = self._folder / "__init__.py"
        text = f'"""The {self.name.plural_label}."""\n\nfrom .views import pages\n\n'
        self.changes.created[init] = f'{text}__all__ = ["pages"]\n'

    def add_task(self) -> None:
        """Add a background task."""
        if not self.site.has_extension("tasks"):
            msg = (
                f"{self.site.package}/ext.py has no `tasks = Tasks()`. Add it, pass it "
                f"to app.use(…), and try again; docs/batteries/tasks.md says how."
            )
            raise ConfigError(msg)
        self._add_python_file("task.py")
        self._install(self.name.snake, None)

    def add_command(self) -> None:
        """Add a command."""
        self._add_python_file("command.py")
        line = "{app}.cli.add_command(" + f"{self.name.snake}.{self.name.snake})"
        self._install(self.name.snake, line)

    def add_module(self, *, as_wheel: bool) -> None:
        """Add a module: in the package of the site, or as a project of its own."""
        self._require_database()
        site, snake = self.site, self.name.snake
        if as_wheel and snake == site.package:
            msg = f"The package of the site is called {snake!r}. Choose another name."
            raise ConfigError(msg)
        home = site.folder / "packages" / snake if as_wheel else site.folder
        root = home / snake if as_wheel else site.root / snake
        if root.with_suffix(".py").exists():
            self.changes.create(root.with_suffix(".py"), "")
        revision = blake2b(f"module {snake}".encode(), digest_size=6).hexdigest()
        values: dict[str, Any] = {
            "path": snake.replace("_", "-"),
            "module": snake if as_wheel else f"{site.package}.{snake}",
            "layout": "carboy/page.html",
            "revision": revision,
            "now": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
            # The texts of a project of its own are not among those of the site.
            "text": MarkedTexts(site.is_translated and not as_wheel),
        }
        places = {
            f"{part}.py": root / f"{part}.py"
            for part in ("__init__", "extension", "models", "settings", "views")
        } | {
            "commands.py": root / "commands.py",
            "index.html": root / "templates" / snake / "index.html",
            "layout.html": root / "templates" / snake / "layout.html",
            "style.css": root / "static" / f"{snake}.css",
            "first_migration.py": root / "migrations" / f"{revision}_create_tables.py",
            "test_module.py": home / "tests" / f"test_{snake}.py",
        }
        if as_wheel:
            places["pyproject.toml"] = home / "pyproject.toml"
        for template, path in places.items():
            self.changes.create(path, self._render(f"module/{template}", **values))
        if site.find_layout() == "layout.html":
            # The site's file goes first: the module looks like the site in it.
            path = site.root / "templates" / snake / "layout.html"
            self.changes.create_missing(path, '{% extends "layout.html" %}\n')
        if as_wheel:
            self.changes.notes.append(f"pip install -e packages/{snake}")
            self.changes.notes.append(
                f"in create_app: app.use({snake}.{self.name.camel}()), and above it: "
                f"import {snake}"
            )
        else:
            self._install(snake, "{app}.use(" + f"{snake}.{self.name.camel}())")
        self.changes.notes.append("python manage.py db upgrade")

    def _add_python_file(self, template: str) -> None:
        path = self.site.root / f"{self.name.snake}.py"
        self.changes.create(path, self._render(template))
        self._add_test(f"test_{template}", f"test_{self.name.snake}.py")

    def _add_package(self) -> None:
        text = f'"""The {self.name.plural_label}."""\n'
        path = self._folder / "__init__.py"
        if self._folder.with_suffix(".py").exists():
            self.changes.create(self._folder.with_suffix(".py"), "")
        self.changes.create_missing(path, text)

    def _add_test(self, template: str, file: str) -> None:
        # The first row of a tree has no parent.
        fields = tuple(f for f in self.fields if f.target != self.name.camel)
        # A row of each model is enough, also where two fields reference it.
        variables = samples.list_targets(fields).values()
        references = [f for f in fields if f.name in variables]
        required = [f for f in fields if f.is_required and f.kind != "boolean"]
        imports = self._list_test_imports(template, references)
        values: dict[str, Any] = {
            "references": references,
            "samples": {
                f.target: samples.find_sample(self.site, f.target) for f in references
            },
            "values": [*samples.list_entered(fields)],
            "required": next(iter(required), None),
            "unique": next((f for f in self.fields if f.is_unique), None),
            "path": self.name.plural.replace("_", "-"),
            "sample": samples.render_stored(
                self.name, fields, imports, f"{self._module}.models"
            ),
        }
        if template != "test_model.py":
            imports = self._list_test_imports(template, references)
        values["imports"] = render_imports(imports, self.site.package)
        text = self._render(template, **values)
        self.changes.create(self.site.folder / "tests" / file, text)

    def _list_test_imports(
        self, template: str, references: list[FieldSpec]
    ) -> set[Import]:
        imports: set[Import] = set()
        if template == "test_model.py":
            imports = {
                ("carboy", "Carboy"),
                (f"{self._module}.models", self.name.camel),
            }
        elif template == "test_task.py":
            module = f"{self.site.package}.{self.name.snake}"
            imports = {("carboy", "Carboy"), (module, self.name.snake)}
            imports.add((f"{self.site.package}.ext", "tasks"))
        elif template == "test_resource.py":
            imports = {("carboy.testing", "Client"), ("werkzeug.test", "TestResponse")}
        if references or template == "test_model.py":
            imports.add((f"{self.site.package}.ext", "db"))
        for field in references:
            model = self.site.find_model(field.target)
            if model is not None:
                imports.add((model.module, model.name))
        return imports

    def _render(self, template: str, **values: Any) -> str:
        is_marked = self.site.is_translated
        forms = _SHOWN_TRANSLATED if is_marked else _SHOWN
        return _TEMPLATES.get_template(f"{template}.tmpl").render(
            name=self.name,
            fields=self.fields,
            package=self.site.package,
            numbers=_NUMBERS,
            shown={
                f.name: forms[f.kind].format(f.name)
                for f in self.fields
                if f.kind in forms
            },
            **{
                "layout": self.site.find_layout(),
                "text": MarkedTexts(is_marked),
                **values,
            },
        )

    def _add_link(self) -> None:
        """Add the pages to the navigation; without them its layout would fail."""
        layout = self.site.root / "templates" / "layout.html"
        if layout.is_file():
            texts = MarkedTexts(self.site.is_translated)
            label = texts.now(self.name.plural_label.capitalize())
            endpoint = f"{self.name.plural}.index"
            text = add_link(self.changes.read(layout), label, endpoint)
            self.changes.edit(layout, text)

    def _install(self, module: str, line: str | None) -> bool:
        """Edit `create_app`, or note what to add by hand; return whether it was."""
        path = self.site.factory
        source = self.changes.read(path)
        sibling = module if line is not None else f"{module} as {module}"
        missing = [n for n in ("forms", "ui") if n not in self.site.installed]
        is_page = line is not None and ".use(" in line
        try:
            app = edit_factory.find_app_name(source)
            if is_page and missing:
                classes = {"forms": "Forms", "ui": "UI"}
                made = ", ".join(f"{classes[name]}()" for name in missing)
                source = edit_factory.add_line(source, f"{app}.use({made})")
                for name in missing:
                    source = edit_factory.add_package_import(
                        source, f"carboy.{name}", classes[name]
                    )
            if line is not None:
                source = edit_factory.add_line(source, line.format(app=app))
            source = edit_factory.add_sibling_import(source, sibling)
        except UnknownShapeError:
            file = path.relative_to(self.site.folder)
            self.changes.notes.append(
                f"{file} was not edited. Add there: from . import {sibling}"
                + (f"; {line.format(app='app')}" if line else "")
            )
            return False
        self.changes.edit(path, source)
        return True

    def _require_database(self) -> None:
        if not self.site.has_extension("db"):
            msg = (
                f"{self.site.package}/ext.py has no `db = SQLAlchemy(…)`, so there is "
                f"no database for models. `carboy new` makes one; "
                f"docs/batteries/db.md says how to add it."
            )
            raise ConfigError(msg)

    def _require_targets(self) -> None:
        known = {model.name for model in self.site.list_models()} | {self.name.camel}
        for field in self.fields:
            if field.target == self.name.camel and field.is_required:
                msg = (
                    f"{field.name} references {field.target} itself and is required, "
                    f"so there could be no first one. Leave the ! away."
                )
                raise ConfigError(msg)
            if field.kind == "references" and field.target not in known:
                msg = (
                    f"{field.name} references {field.target}, and there is no such "
                    f"model. There are: {', '.join(sorted(known - {self.name.camel}))}."
                )
                raise ConfigError(msg)

    def _require_forms(self) -> None:
        """Add the types of WTForms to the project's tools."""
        path = self.site.folder / "pyproject.toml"
        if not path.is_file():
            return
        text = self.changes.read(path)
        if "types-wtforms" not in text.lower() and 'dev = ["' in text:
            before, _, after = text.partition('dev = ["')
            listed, _, rest = after.partition("]")
            self.changes.edit(path, f'{before}dev = ["{listed}, "types-wtforms"]{rest}')
