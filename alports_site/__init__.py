"""The Django project around the one app, portmatrix: settings, environment, URLs, WSGI."""

__version__ = "1.1.0"  # the one place: pyproject.toml, the schema and the pages read it; CHANGELOG.md's newest heading
