"""Scripts written for Flask-Script run unchanged."""

import subprocess
import sys
import textwrap

import pytest

# Name in the notes → the module that has it.
NOTED = [
    "Manager", "Command", "Option", "Group", "Server", "Shell", "Clean", "ShowUrls",
    "InvalidCommand", "prompt", "prompt_bool", "prompt_pass", "prompt_choices",
]  # fmt: skip


@pytest.mark.parametrize("name", NOTED)
def test_the_old_names_are_exported(name):
    from carboy import script  # noqa: PLC0415 - the import is what is tested

    assert hasattr(script, name)


@pytest.fixture
def run(tmp_path):
    def run(script, *words, **files):
        for name, text in files.items():
            (tmp_path / f"{name}.py").write_text(textwrap.dedent(text))
        (tmp_path / "manage.py").write_text(textwrap.dedent(script))
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


POSITIONAL = '''
    from flask import Flask
    from carboy.script import Manager

    app = Flask(__name__)
    manager = Manager(app)

    @manager.command
    def custom(arg):
        """
        自定义命令
        python manage.py custom 123
        """
        print(arg)

    @manager.option('-n', '--name', dest='name')
    @manager.option('-u', '--url', dest='url')
    def cmd(name, url):
        print(name, url)

    @manager.option('-n', '--name', dest='name')
    @manager.option('-u', '--url', dest='url')
    def printed_wrong(name, password):
        print(name, password)

    if __name__ == '__main__':
        manager.run()
'''


def test_a_positional_argument_is_passed(run):
    assert run(POSITIONAL, "custom", "123") == (0, "123\n", "")


def test_options_are_passed(run):
    code, out, _ = run(POSITIONAL, "cmd", "-n", "harry", "-u", "123123")

    assert (code, out) == (0, "harry 123123\n")


def test_options_that_do_not_match_the_function_are_explained(run):
    code, out, err = run(POSITIONAL, "printed_wrong", "-n", "harry", "-u", "123123")

    assert (code, out) == (2, "")
    assert "url" in err
    assert "password" in err
    assert "Traceback" not in err


DATABASE = """
    from carboy.script import Manager

    db_manager = Manager()

    @db_manager.command
    def init():
        print('迁移仓库创建完毕')

    @db_manager.command
    def upgrade():
        print('脚本映射到数据库成功')
"""
MANY = """
    from flask import Flask
    from carboy.script import Manager
    from db_script import db_manager

    app = Flask(__name__)
    manager = Manager(app)
    manager.add_command("db", db_manager)

    @manager.command
    def greet():
        print('你好')

    if __name__ == '__main__':
        manager.run()
"""


def test_commands_of_another_file_are_added_under_a_name(run):
    code, out, _ = run(MANY, "db", "upgrade", db_script=DATABASE)

    assert (code, out) == (0, "脚本映射到数据库成功\n")


def test_help_lists_commands_and_what_they_are_for(run):
    code, out, _ = run(POSITIONAL, "--help")

    assert code == 0
    assert "custom" in out
    assert "自定义命令" in out
    assert "runserver" in out
    assert "shell" in out


def test_help_of_a_group_lists_its_commands(run):
    code, out, _ = run(MANY, "db", "--help", db_script=DATABASE)

    assert code == 0
    assert "init" in out
    assert "runserver" not in out


def test_an_unknown_command_suggests_the_nearest(run):
    code, out, err = run(MANY, "greeet", db_script=DATABASE)

    assert (code, out) == (2, "")
    assert "Did you mean 'greet'?" in err


def test_a_command_without_its_argument_says_which(run):
    code, _, err = run(POSITIONAL, "custom")

    assert code == 2
    assert "arg" in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("letters", [["-?"], ["--help"], ["-h"]])
def test_a_command_prints_its_help(run, letters):
    code, out, _ = run(POSITIONAL, "cmd", *letters)

    assert code == 0
    assert "--name" in out


MIGRATE = """
    from flask import Flask
    from carboy.script import Manager
    from carboy.db import Migrate, MigrateCommand, SQLAlchemy

    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///notes.db"
    db = SQLAlchemy(app)

    class User(db.Model):
        id = db.Column(db.Integer, primary_key=True)

    manager = Manager(app)
    Migrate(app, db)
    manager.add_command("db", MigrateCommand)

    if __name__ == '__main__':
        manager.run()
"""


def test_migrate_command_of_the_notes_runs_its_three_steps(run, tmp_path):
    for words in (["init"], ["migrate", "-m", "first"], ["upgrade"]):
        code, out, err = run(MIGRATE, "db", *words)

        assert code == 0, out + err
    assert len([*(tmp_path / "migrations" / "versions").glob("*_first.py")]) == 1
