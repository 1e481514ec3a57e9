"""Numbers of identifiers and records, of which an import draws millions: many at a time for each connection.

Drawn singly, they are what two connections that import at once wait for. Nobody reads them: gaps don't matter.
"""

from django.db import migrations


def _cache(table: str, numbers: int) -> str:
    return f"ALTER SEQUENCE {table}_id_seq CACHE {numbers}"


class Migration(migrations.Migration):

    dependencies = [
        ('subjects', '0004_replaced_tokens'),
    ]

    operations = [
        migrations.RunSQL(_cache(table, 500), _cache(table, 1))
        for table in ('subjects_identifier', 'subjects_personalrecord')
    ]
