"""`carboy generate`: write models, resources, forms, tasks and commands of a site."""
