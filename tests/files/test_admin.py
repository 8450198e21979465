"""Tests of files in the admin."""

import pytest
from django.urls import reverse

from files.models import StoredFile
from tests.cast import person, visit
from tests.files.rows import stored_file

pytestmark = pytest.mark.django_db
LIST = "/admin/files/storedfile/"


@pytest.fixture
def root():
    return visit(person("root", is_staff=True, is_superuser=True))


def test_the_list_shows_files_with_size_and_owner(root, ada):
    file = stored_file(ada, name="Zoë.pdf", size=2048)
    page = root.get(LIST).text
    assert all(text in page for text in ("Zoë.pdf", "ada", "2.0\xa0KB"))
    assert "Zoë.pdf" in root.get(reverse("admin:files_storedfile_change", args=[file.pk])).text


def test_files_are_found_by_owner_and_by_name(root, ada, bob):
    stored_file(ada, name="one.pdf")
    stored_file(bob, name="two.pdf")
    page = root.get(LIST, {"q": "bob"}).text
    assert "two.pdf" in page
    assert "one.pdf" not in page
    assert "one.pdf" not in root.get(LIST, {"owner__id__exact": bob.pk}).text


def test_only_files_that_are_in_no_message_are_deleted(root, ada):
    unused, used = stored_file(ada), stored_file(ada, is_attached=True)
    data = {"action": "delete_files", "_selected_action": [unused.pk, used.pk]}
    page = root.post(LIST, data, follow=True).text
    assert "Deleted 1 of 2 files." in page
    assert dict(StoredFile.objects.values_list("pk", "state")) == {unused.pk: "removed", used.pk: "ready"}


def test_the_largest_owners_come_first(root, ada, bob, settings):
    settings.FILES_USER_MEGABYTES = 1
    stored_file(ada, size=100_000)
    stored_file(bob, size=500_000)
    page = root.get("/admin/files/storedfile/owners/").text
    assert page.index("bob") < page.index(">ada<")
    assert "50 %" in page


def test_who_is_no_administrator_sees_no_files(ada):
    stored_file(ada, name="secret.pdf")
    for path in (LIST, f"{LIST}owners/"):
        assert visit(ada).get(path).status_code == 302
