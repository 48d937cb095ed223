"""Telling once, in the reader's language, by the channels the reader wants."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.translation import gettext

from crm.core import clock
from crm.notifications import services
from crm.notifications.models import Delivery, Notification, Preference

pytestmark = pytest.mark.django_db


def tell(users, kind="tests.quiet", key="k1", **fields):
    return services.notify(users, kind, title="Hello", dedupe_key=key, **fields)


def test_tells_each_active_user_once(zhang, make_user):
    li, left = make_user("li"), make_user("left", is_active=False)
    assert tell([zhang, li, left, zhang]) == 2
    assert tell([zhang, li]) == 0
    assert tell([zhang], key="k2") == 1
    assert sorted(Notification.objects.values_list("user__username", "dedupe_key")) == [
        ("li", "k1"),
        ("zhang", "k1"),
        ("zhang", "k2"),
    ]


def test_rolls_back_with_its_cause(zhang, rung):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell([zhang], "tests.loud")
        raise ZeroDivisionError
    assert (Notification.objects.count(), Delivery.objects.count(), rung) == (0, 0, [])


def test_speaks_the_language_of_each_reader(zhang, make_user):
    li = make_user("li", language="en")
    services.notify(
        [zhang, li], "tests.quiet", title=lambda: gettext("Notifications"), dedupe_key="k"
    )
    assert Notification.objects.get(user=li).title == "Notifications"


def test_undeclared_kind_is_an_error(zhang):
    with pytest.raises(KeyError):
        tell([zhang], "tests.unknown")


@pytest.mark.parametrize("url", ["https://evil.example", "//evil.example", "javascript:x", "/\\e"])
def test_refuses_addresses_that_are_no_path(zhang, url):
    with pytest.raises(ValueError, match="not a path"):
        tell([zhang], url=url)


def test_title_is_one_line(zhang):
    services.notify([zhang], "tests.quiet", title="a\r\nBcc: x", dedupe_key="k")
    assert Notification.objects.get().title == "a Bcc: x"


def test_queues_mail_and_rings_after_commit(zhang, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        tell([zhang], "tests.loud")
    row = Delivery.objects.get()
    assert (row.channel, row.state, row.attempts) == ("email", "pending", 0)
    assert row.message_id.endswith("@testserver>")
    assert rung == ["crm.notifications.tasks.deliver_pending"]


def test_no_mail_without_address_or_server(make_user, settings):
    tell([make_user("nomail", email="")], "tests.loud")
    settings.MAIL_CONFIGURED = False
    tell([make_user("li")], "tests.loud")
    assert Delivery.objects.count() == 0
    assert Notification.objects.count() == 2


def test_preferences_are_stored_where_they_differ(zhang):
    services.set_preferences(
        zhang,
        {
            ("tests.loud", "in_app"): False,
            ("tests.loud", "email"): True,
            ("tests.quiet", "email"): True,
        },
    )
    assert sorted(Preference.objects.values_list("kind", "channel", "is_on")) == [
        ("tests.loud", "in_app", False),
        ("tests.quiet", "email", True),
    ]
    chosen = services.preferences_of(zhang)
    assert chosen["tests.loud", "in_app"] is False
    assert chosen["tests.loud", "email"] is True
    tell([zhang], "tests.loud", key="a")
    tell([zhang], "tests.quiet", key="b")
    assert Delivery.objects.count() == 2
    assert [n.dedupe_key for n in Notification.objects.of(zhang)] == ["b"]


def test_nothing_at_all_where_every_channel_is_off(zhang):
    services.set_preferences(zhang, {("tests.quiet", "in_app"): False})
    assert tell([zhang]) == 0
    assert Notification.objects.count() == 0


def test_unread_count_is_one_query_and_capped(zhang, django_assert_num_queries):
    Notification.objects.bulk_create(
        Notification(user=zhang, kind="tests.quiet", title="x", dedupe_key=str(number))
        for number in range(130)
    )
    with django_assert_num_queries(1):
        assert services.unread_count(zhang) == 100
    services.mark_read(Notification.objects.of(zhang))
    assert services.unread_count(zhang) == 0


def test_expire_removes_old_notices(zhang):
    tell([zhang], key="old")
    Notification.objects.update(created_at=clock.now() - timedelta(days=181))
    tell([zhang], key="new")
    services.expire()
    assert [n.dedupe_key for n in Notification.objects.all()] == ["new"]
