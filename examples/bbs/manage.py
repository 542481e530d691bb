"""The board's command line: `python manage.py dev`."""

from carboy.cli import manage

if __name__ == "__main__":
    manage("bbs:create_app")
