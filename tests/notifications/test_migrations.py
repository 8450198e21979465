"""A database from before an update: what is in it is there after `migrate`, under its new name."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

pytestmark = pytest.mark.django_db(transaction=True)
BEFORE, AFTER = ("notifications", "0005_lease"), ("notifications", "0006_retracted_and_position")


@pytest.fixture
def migrated():
    """Migrate to a state and return its models' app registry; at the end to the newest."""

    def migrate(state):
        MigrationExecutor(connection).migrate([state])
        return MigrationExecutor(connection).loader.project_state([state]).apps

    yield migrate
    call_command("migrate", "notifications", verbosity=0)


def test_a_notification_keeps_its_positions_and_that_it_was_retracted(ada, migrated):
    old = migrated(BEFORE)
    now = timezone.now()
    row = old.get_model("notifications", "Notification").objects.create(
        user_id=ada.pk, kind="ping", title="Ping", created_at=now, position=12, place=3, seq=4, withdrawn_at=now
    )
    old.get_model("notifications", "Delivery").objects.create(
        notification_id=row.pk, channel="mail", state="dropped", reason="withdrawn_meanwhile", created_at=now
    )
    new = migrated(AFTER)
    row = new.get_model("notifications", "Notification").objects.get()
    assert (row.group_position, row.position, row.retracted_at) == (12, 3, now)
    assert new.get_model("notifications", "Delivery").objects.get().reason == "retracted_meanwhile"

    row = migrated(BEFORE).get_model("notifications", "Notification").objects.get()
    assert (row.position, row.place, row.withdrawn_at) == (12, 3, now)
