"""Triggers against circles of hosts and groups.

A later migration that remakes the component table on SQLite has to create them again.
"""

from django.db import migrations

from . import _circle_triggers


class Migration(migrations.Migration):
    dependencies = [("portmatrix", "0001_initial")]

    operations = [migrations.RunPython(_circle_triggers.create, _circle_triggers.drop)]
