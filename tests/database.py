"""The tests' own database: emptied in one statement after a test that commits, and as `migrate` left it again.

Django's way is to truncate every table and to run all that follows a migration once more: a second or two a test.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import TransactionTestCase

KEPT = "as_migrated"
# Writers that are still at it are waited for. As a replica PostgreSQL runs no trigger: neither those which refuse to
# let a row go nor those which look after references.
REMEMBER = f"""
    CREATE SCHEMA {KEPT};
    DO $$ DECLARE held text; filled boolean; BEGIN
        FOR held IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', held) INTO filled;
            IF filled THEN EXECUTE format('CREATE TABLE {KEPT}.%I AS TABLE public.%I', held, held); END IF;
        END LOOP;
    END $$;
    CREATE FUNCTION {KEPT}.restore() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
    DECLARE held text; filled boolean; columns text; BEGIN
        FOR held IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
            EXECUTE format('LOCK TABLE public.%I IN SHARE ROW EXCLUSIVE MODE', held);
            EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', held) INTO filled;
            IF filled THEN EXECUTE format('DELETE FROM public.%I', held); END IF;
        END LOOP;
        FOR held IN SELECT tablename FROM pg_tables WHERE schemaname = '{KEPT}' LOOP
            SELECT string_agg(quote_ident(attname), ', ') INTO columns FROM pg_attribute
                WHERE attrelid = format('public.%I', held)::regclass AND attnum > 0 AND NOT attisdropped
                AND attgenerated = '';
            EXECUTE format('INSERT INTO public.%I (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM {KEPT}.%I',
                held, columns, columns, held);
        END LOOP;
    END $$
"""


def remember() -> None:
    """Keep what stands in the tables of the database that has just been migrated, and go back to it after each test."""
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER)
    TransactionTestCase._fixture_teardown = _restore  # type: ignore[method-assign]


def _restore(_case: TransactionTestCase) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {KEPT}.restore()")
    ContentType.objects.clear_cache()
