#!/usr/bin/env python
"""The command line of alports: `python manage.py help` lists its commands."""

import os
import sys


def main() -> None:
    """Run the command named by the arguments. A database that can't be used ends it with one sentence."""
    os.umask(0o077)  # what it writes is for its own user: password hashes, keys, rules of firewalls
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alports_site.settings")
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    try:
        execute_from_command_line(sys.argv)
    except (DatabaseError, OSError) as error:
        from alports_site import starting
        from portmatrix.utils.db import trouble_of

        if trouble_of(error) is None:
            raise
        sys.exit(starting.explanation_of(error))


if __name__ == "__main__":
    main()
