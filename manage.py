#!/usr/bin/env python
"""The command line of alports: `python manage.py help` lists its commands."""

import os
import sys


def main() -> None:
    """Run the command named by the arguments."""
    os.umask(0o077)  # what it writes is for its own user: password hashes, keys, rules of firewalls
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alports_site.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
