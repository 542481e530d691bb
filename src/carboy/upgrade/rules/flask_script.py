"""Commands of Flask-Script become those of click, which Flask has."""

import ast
from collections.abc import Iterator

from carboy.upgrade.calls import find_keyword, is_plain, string_value
from carboy.upgrade.imports import import_text, remove_aliases, remove_statement
from carboy.upgrade.module import Module
from carboy.upgrade.moved import join_imports
from carboy.upgrade.rule import Finding, UpgradeRule
from carboy.upgrade.script_commands import ScriptCommand
from carboy.upgrade.script_options import click_option, click_parameters
from carboy.upgrade.source import Edit

_PACKAGE = "flask_script."
_PROMPTS = {"prompt_bool": "click.confirm", "prompt": "click.prompt"}
_KNOWN = {"Manager", "Server", "Shell", "Command", "Option", *_PROMPTS}
# Names that work in a request only, which Flask-Script made for each command.
_REQUEST_NAMES = {"url_for", "request", "session", "current_user", "render_template"}
_REQUEST = "click.get_current_context().with_resource({app}.test_request_context())"


class _UnknownError(Exception):
    """Raised for something that the rule cannot write in click's way."""


def _check(module: Module) -> Iterator[Finding]:
    nodes = [
        node
        for node in module.nodes(ast.ImportFrom)
        if (node.module or "").partition(".")[0] == "flask_script"
    ]
    if not nodes or any(module.is_guarded(node) for node in nodes):
        return
    start = module.start(nodes[0])
    try:
        edits = _Script(module, nodes).edit()
    except _UnknownError as error:
        advice = "Flask-Script does not work with Flask 2. Use @app.cli.command()"
        yield Finding(start, f"{advice}. Not rewritten: {error}")
    else:
        yield Finding(start, "Commands are those of click", tuple(edits))


class _Script:
    """The edits of one module that uses Flask-Script."""

    def __init__(self, module: Module, imports: list[ast.ImportFrom]) -> None:
        self.module = module
        self.imports = imports
        self.edits: list[Edit] = []
        self.needed: set[str] = set()
        self.managers: dict[str, str] = {}
        self.classes: dict[str, ScriptCommand] = {}

    def edit(self) -> list[Edit]:
        """Return all edits; they are one change."""
        for name in (alias.name for node in self.imports for alias in node.names):
            if name not in _KNOWN:
                raise _UnknownError(f"{name} has no counterpart")
        for call in self.module.nodes(ast.Call):
            self._edit_call(call)
        for definition in self.module.nodes(ast.ClassDef):
            self._check_class(definition)
        for function in self.module.nodes(ast.FunctionDef):
            self._edit_function(function)
        for call in self.module.nodes(ast.Call):
            if isinstance(call.func, ast.Attribute):
                self._edit_method(call, call.func)
        self._check_rest()
        self._edit_imports()
        return self.edits

    def _edit_call(self, call: ast.Call) -> None:
        path = self.module.path(call.func)
        name = path.rpartition(".")[2]
        if not path.startswith(_PACKAGE):
            return
        if name == "Manager":
            self._edit_manager(call)
        elif name in _PROMPTS:
            self._use("click")
            self.edits.append(self.module.replace(call.func, _PROMPTS[name]))

    def _use(self, path: str) -> None:
        name = path.rpartition(".")[2]
        bound = self.module.scope.bindings.get(name, [])
        if not bound and self.module.is_free(name):
            self.needed.add(path)
        elif not bound or any(b.path != path for b in bound):
            raise _UnknownError(f"the name {name} is taken")

    def _edit_manager(self, call: ast.Call) -> None:
        """Make a group of a manager: of the app, or of a part of its commands."""
        statement = self.module.statement(call)
        target = statement.targets[0] if isinstance(statement, ast.Assign) else None
        if not isinstance(target, ast.Name) or not is_plain(call):
            raise _UnknownError("a Manager that has no name of its own")
        unknown = {k.arg for k in call.keywords} - {"usage", "description", "app"}
        if unknown or len(call.args) > 1:
            raise _UnknownError("a Manager with other arguments than the app")
        given = find_keyword(call, "app")
        app = call.args[0] if call.args else given.value if given else None
        if app is None:
            usage = find_keyword(call, "usage") or find_keyword(call, "description")
            text = f", help={self.module.text(usage.value)}" if usage else ""
            self._use("flask.cli.AppGroup")
            code = f'AppGroup("{target.id}"{text})'
            self.managers[target.id] = ""
        else:
            name = self.module.text(app)
            is_app = self.module.kind(app) == "flask.Flask"
            factory = name if _is_function(self.module, app) else f"lambda: {name}"
            if not is_app and factory != name and not isinstance(app, ast.Name):
                raise _UnknownError(f"it is not clear what {name} is")
            self._use("flask.cli.FlaskGroup")
            code = f"FlaskGroup(create_app={factory})"
            self.managers[target.id] = "" if factory == name else name
        self.edits.append(self.module.replace(call, code))

    def _check_class(self, node: ast.ClassDef) -> None:
        bases = [self.module.path(base) for base in node.bases]
        if f"{_PACKAGE}Command" in bases or f"{_PACKAGE}commands.Command" in bases:
            self.classes[node.name] = ScriptCommand(self.module, node)

    def _edit_function(self, node: ast.FunctionDef) -> None:
        """Make a command of click of a decorated function."""
        options: list[ast.Call] = []
        command = None
        for decorator in node.decorator_list:
            call = decorator if isinstance(decorator, ast.Call) else None
            function = call.func if call else decorator
            if not isinstance(function, ast.Attribute):
                continue
            if getattr(function.value, "id", "") not in self.managers:
                continue
            command = command or decorator
            if function.attr == "option" and call is not None:
                options.append(call)
            elif function.attr == "shell" and call is None:
                self._edit_shell(decorator, function)
                return
            elif function.attr != "command" or call is not None:
                raise _UnknownError(f"{self.module.text(decorator)} has no counterpart")
        if command is None:
            return
        function = command.func if isinstance(command, ast.Call) else command
        manager = self.module.text(function).rpartition(".")[0]
        self._edit_command(node, command, manager, options)

    def _edit_command(
        self,
        node: ast.FunctionDef,
        command: ast.expr,
        manager: str,
        options: list[ast.Call],
    ) -> None:
        first = f'{manager}.command("{node.name}")'
        indent = self.module.source.newline + self.module.indent(command) + "@"
        names = [arg.arg for arg in node.args.args]
        if options:
            for call in options:
                code = click_option(self.module, call)
                if code is None:
                    raise _UnknownError(f"the option {self.module.text(call)}")
                code = f"{first}{indent}{code}" if call is command else code
                self.edits.append(self.module.replace(call, code))
        else:
            lines = click_parameters(self.module, node)
            if lines is None:
                raise _UnknownError(f"the arguments of {node.name}()")
            code = indent.join([first, *lines])
            self.edits.append(self.module.replace(command, code))
        if options or names:
            self._use("click")
        self._keep_request(node, manager)
        self._edit_uses(node)

    def _keep_request(self, node: ast.FunctionDef, manager: str) -> None:
        """Make a request for a command that needs one: Flask-Script always did."""
        used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        if not used & _REQUEST_NAMES:
            return
        app = self.managers[manager]
        if not app:
            self._use("flask.current_app")
            app = "current_app"
        self._use("click")
        body = node.body[1:] if ast.get_docstring(node, clean=False) else node.body
        if not body or body[0].lineno == node.lineno:
            raise _UnknownError(f"{node.name}() needs a request")
        start = self.module.source.lines[body[0].lineno - 1]
        text = self.module.indent(body[0]) + _REQUEST.format(app=app)
        self.edits.append(Edit(start, start, text + self.module.source.newline))

    def _edit_uses(self, node: ast.FunctionDef) -> None:
        """Call the function of a command where code calls the command."""
        if self.module.is_shared(node.name):
            raise _UnknownError(f"another module calls {node.name}()")
        for use in self.module.nodes(ast.Name):
            bound = [binding.node for binding in self.module.bindings(use)]
            if use.id == node.name and bound == [node]:
                code = f"{node.name}.callback"
                self.edits.append(self.module.replace(use, code))

    def _edit_shell(self, decorator: ast.expr, function: ast.Attribute) -> None:
        app = self.managers[self.module.text(function.value)]
        if not app:
            raise _UnknownError("the shell of an app that a factory makes")
        code = f"{app}.shell_context_processor"
        self.edits.append(self.module.replace(decorator, code))

    def _edit_method(self, call: ast.Call, function: ast.Attribute) -> None:
        manager = getattr(function.value, "id", "")
        if manager not in self.managers:
            return
        if function.attr == "run" and not call.args and not call.keywords:
            self.edits.append(self.module.replace(function, manager))
        elif function.attr == "add_command":
            self._edit_add(call, manager)
        elif function.attr not in {"command", "option", "shell"}:
            raise _UnknownError(f"{self.module.text(function)} has no counterpart")

    def _edit_add(self, call: ast.Call, manager: str) -> None:
        statement = self.module.statement(call)
        if len(call.args) != 2 or call.keywords or not isinstance(statement, ast.Expr):
            raise _UnknownError(self.module.text(call))
        name, value = string_value(call.args[0]), call.args[1]
        path = self.module.path(value.func if isinstance(value, ast.Call) else value)
        if path == "flask_migrate.MigrateCommand":
            self._edit_migrations(statement, name)
        elif path == f"{_PACKAGE}Shell" and isinstance(value, ast.Call):
            self._edit_shell_command(statement, call, value, manager)
        elif path == f"{_PACKAGE}Server":
            self._use("flask.cli.run_command")
            code = f'run_command, "{name}"'
            start, end = self.module.start(call.args[0]), self.module.end(value)
            self.edits.append(Edit(start, end, code))
        elif (command := self._find_class(value)) is not None:
            self._edit_class(call, command, name, manager)
        elif isinstance(value, ast.Name) and value.id in self.managers:
            start, end = self.module.start(call.args[0]), self.module.end(value)
            self.edits.append(Edit(start, end, f'{value.id}, "{name}"'))
        else:
            raise _UnknownError(self.module.text(call))

    def _edit_migrations(self, statement: ast.stmt, name: str) -> None:
        """Remove what Flask-Migrate adds by itself, unless its name is another one."""
        if name == "db":
            self.edits.append(remove_statement(self.module, statement))
        else:
            raise _UnknownError(f"MigrateCommand as {name!r}; it is called db")
        for node in self.module.nodes(ast.ImportFrom):
            for alias in node.names:
                is_own = alias.name == "MigrateCommand"
                if is_own and node.module in {"flask_migrate", "flask.ext.migrate"}:
                    self.edits += remove_aliases(self.module, node, [alias], [])

    def _edit_shell_command(
        self, statement: ast.stmt, call: ast.Call, shell: ast.Call, manager: str
    ) -> None:
        context = find_keyword(shell, "make_context")
        extra = [
            k for k in shell.keywords if k.arg not in {"make_context", "use_ipython"}
        ]
        if shell.args or extra:
            raise _UnknownError(self.module.text(call))
        if context is None:
            self.edits.append(remove_statement(self.module, statement))
            return
        app = self.managers[manager]
        if not app:
            self._edit_factory_shell(call, context)
            return
        code = f"{app}.shell_context_processor({self.module.text(context.value)})"
        self.edits.append(self.module.replace(call, code))

    def _edit_factory_shell(self, call: ast.Call, context: ast.keyword) -> None:
        """Start Python's shell with the names: there is no app yet to give them to."""
        for path in ("click", "code", "flask.cli.with_appcontext"):
            self._use(path)
        start = f"lambda: code.interact(local={self.module.text(context.value)}())"
        name = self.module.text(call.args[0])
        code = f"click.Command({name}, callback=with_appcontext({start}))"
        first, last = call.args
        begin, end = self.module.start(first), self.module.end(last)
        self.edits.append(Edit(begin, end, code))

    def _find_class(self, value: ast.expr) -> "ScriptCommand | None":
        """Return the class of a command, of which `value` is an object."""
        made = isinstance(value, ast.Call) and not value.args and not value.keywords
        name = getattr(value.func if isinstance(value, ast.Call) else value, "id", "")
        return self.classes.get(name) if made or isinstance(value, ast.Name) else None

    def _edit_class(
        self, call: ast.Call, command: "ScriptCommand", name: str, manager: str
    ) -> None:
        """Make a command of click of a class with `run`, where it is added."""
        made = command.make(name)
        if made is None or command.is_added or not name:
            raise _UnknownError(f"the class {command.name} of a command")
        command.is_added = True
        code, edits = made
        self._use("click")
        self._use("flask.cli.with_appcontext")
        self._keep_request(command.run, manager)
        first, last = call.args
        begin, end = self.module.start(first), self.module.end(last)
        self.edits += [*edits, Edit(begin, end, code)]

    def _check_rest(self) -> None:
        """Refuse if a manager is used in any way that is not known."""
        for use in self.module.nodes(ast.Name):
            if use.id not in self.managers or isinstance(use.ctx, ast.Store):
                continue
            parent = self.module.parent(use)
            is_argument = isinstance(parent, ast.Call) and use in parent.args
            if not isinstance(parent, ast.Attribute) and not is_argument:
                raise _UnknownError(f"the use of {use.id} at line {use.lineno}")
        for command in self.classes.values():
            if not command.is_added or self.module.is_shared(command.name):
                raise _UnknownError(f"the class {command.name} of a command")
        for name in self.managers:
            if self.module.is_shared(name):
                raise _UnknownError(f"another module uses {name}")
        if not self.managers:
            raise _UnknownError("this module makes no Manager")

    def _edit_imports(self) -> None:
        lines = [import_text(path) for path in sorted(self.needed)]
        first, *others = self.imports
        added = join_imports(lines)
        self.edits += remove_aliases(self.module, first, [*first.names], added)
        for node in others:
            self.edits += remove_aliases(self.module, node, [*node.names], [])


def _is_function(module: Module, node: ast.expr) -> bool:
    """Return whether an expression is a factory: a function, or named like one."""
    name = getattr(node, "id", getattr(node, "attr", ""))
    bound = module.bindings(node) if isinstance(node, ast.Name) else []
    is_own = any(isinstance(b.node, ast.FunctionDef) for b in bound)
    return is_own or name.startswith(("create_", "make_", "build_"))


RULE = UpgradeRule(
    id="flask-script",
    title="Write commands with click instead of Flask-Script",
    why=(
        "Flask-Script had its last release in 2017 and fails with Flask 2. Commands keep"
        " their names and options; those that need a request have one."
    ),
    package="flask",
    since="2.0",
    words=("flask_script",),
    check=_check,
    examples=(
        (
            "from app import app, db\n"
            "from flask_migrate import Migrate, MigrateCommand\n"
            "from flask_script import Manager, Server\n"
            "\n"
            "manager = Manager(app)\n"
            "Migrate(app, db)\n"
            'manager.add_command("db", MigrateCommand)\n'
            'manager.add_command("runserver", Server())\n'
            "\n"
            "\n"
            "@manager.command\n"
            "def greet(name, loud=False):\n"
            '    """Say hello."""\n'
            "    print(name, loud)\n"
            "\n"
            "\n"
            'if __name__ == "__main__":\n'
            "    manager.run()\n",
            "from app import app, db\n"
            "from flask_migrate import Migrate\n"
            "import click\n"
            "from flask.cli import FlaskGroup, run_command\n"
            "\n"
            "manager = FlaskGroup(create_app=lambda: app)\n"
            "Migrate(app, db)\n"
            'manager.add_command(run_command, "runserver")\n'
            "\n"
            "\n"
            '@manager.command("greet")\n'
            '@click.argument("name")\n'
            '@click.option("-l", "--loud", "loud", is_flag=True)\n'
            "def greet(name, loud=False):\n"
            '    """Say hello."""\n'
            "    print(name, loud)\n"
            "\n"
            "\n"
            'if __name__ == "__main__":\n'
            "    manager()\n",
        ),
    ),
)
