FLASK_APP=micro.py
FLASK_ENV=development
