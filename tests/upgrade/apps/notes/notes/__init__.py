from notes.app import create_app
