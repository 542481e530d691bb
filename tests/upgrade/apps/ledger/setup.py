from distutils.core import setup

setup(
    name='ledger',
    version='0.1',
    packages=['ledger'],
    install_requires=['Flask==0.10.1', 'SQLAlchemy==0.9.8', 'Werkzeug==0.9.6'],
)
