"""`carboy project`: what a project was created with, and newer versions of it."""
