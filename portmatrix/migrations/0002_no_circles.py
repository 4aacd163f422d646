"""Nothing: it once made triggers against circles of hosts and groups, which 0005 drops where they still are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portmatrix", "0001_initial")]

    operations = []
