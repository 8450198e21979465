"""A test that commits leaves only the rows that the migration has made."""

import pytest
from django.apps import apps
from django.test import TransactionTestCase

from tests.cast import person
from tests.services.flush import KEPT_TABLES, flush_databases

pytestmark = pytest.mark.django_db(transaction=True)


def filled_tables() -> set[str]:
    return {
        model._meta.db_table
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and model.objects.exists()
    }


def test_committed_rows_are_deleted_and_permissions_stay():
    permissions = apps.get_model("auth", "Permission").objects
    before = permissions.count()
    person("ada").user_permissions.add(permissions.first())
    assert filled_tables() > KEPT_TABLES
    flush_databases(TransactionTestCase())
    assert filled_tables() == KEPT_TABLES
    assert permissions.count() == before > 0
