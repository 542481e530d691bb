from setuptools import find_packages, setup

setup(
    name='notes',
    version='0.3',
    packages=find_packages(),
    install_requires=[
        'flask==0.12.2',
        'flask-restplus==0.10.1',
        'flask-jwt-extended==3.6.0',
        'sqlalchemy==1.1.15',
        'werkzeug<1.0',
        'python-dateutil',
    ],
    tests_require=['pytest==3.3.0', 'mock'],
)
