"""Tests of the limits that a page knows."""

import pytest
from django.core.cache import cache

from files.limits import describe_for
from tests.files.rows import stored_file

pytestmark = pytest.mark.django_db


def test_a_page_knows_what_may_be_sent(ada, bob, settings, django_assert_num_queries):
    settings.FILES_USER_MEGABYTES, settings.FILES_SITE_MEGABYTES, settings.FILE_TYPES = 10, 12, ["image/*"]
    stored_file(ada, size=3_000_000, state="uploading")
    stored_file(bob, size=8_000_000)
    expected = {"megabytes": 100, "quota": 10, "left": 7_000_000, "site_left": 1_000_000, "types": ["image/*"]}
    assert describe_for(ada) == expected | {"most": 20}
    with django_assert_num_queries(1):
        assert describe_for(bob)["left"] == 2_000_000
    stored_file(bob, size=8_000_000)
    cache.clear()
    assert (describe_for(bob)["left"], describe_for(bob)["site_left"]) == (0, 0)


def test_without_limits_and_with_files_turned_off(ada, settings, django_assert_num_queries):
    settings.FILES_USER_MEGABYTES, settings.FILES_SITE_MEGABYTES = 0, 0
    assert describe_for(ada)["left"] is None
    assert describe_for(ada)["site_left"] is None
    settings.FILE_MEGABYTES = 0
    with django_assert_num_queries(0):
        assert describe_for(ada) == {"megabytes": 0}
