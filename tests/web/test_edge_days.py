"""The edges of the calendar in an address: an answer, on every page that asks for days.

An instant of such a day does not exist in every zone.
"""

import pytest
from django.test import Client

from crm.core import clock
from tests.factories.company import Company

pytestmark = pytest.mark.django_db
EDGES = ("0001-01-01", "9999-12-31")
PAGES = [
    ("sales1", "/customers/?scene=all&falls_on={day}"),
    ("sales1", "/customers/?scene=all&created_after={day}&created_before={day}"),
    ("sales1", "/customers/?scene=all&entered_after={day}&entered_before={day}"),
    ("sales1", "/pool/customers/?scene=pool&fallen={day}"),
    ("sales1", "/leads/?scene=all&falls_on={day}"),
    ("sales1", "/pool/leads/?scene=pool&fallen={day}"),
    ("manager", "/leads/report/?start={day}&end={day}"),
    ("manager", "/opportunities/funnel/?created_after={day}&created_before={day}"),
    ("manager", "/?scope=own&period=custom&start={day}&end={day}"),
    ("sales1", "/calendar/?day={day}"),
    ("service_lead", "/tickets/?scene=all&survey=suppressed..{day}.{day}"),
    ("service_lead", "/tickets/?scene=all&created_after={day}&created_before={day}"),
    ("service_lead", "/tickets/ratings/?submitted_at_after={day}&submitted_at_before={day}"),
    ("service_lead", "/tickets/ratings/people/?after={day}&before={day}"),
    ("service_lead", "/tickets/complaints/?week={day}"),
    ("service_lead", "/tickets/statistics/?period=custom&start={day}&end={day}"),
]


@pytest.mark.parametrize("day", EDGES)
@pytest.mark.parametrize(("login", "path"), PAGES)
def test_an_answer_for_the_edges_of_the_calendar(
    login: str, path: str, day: str, company: Company
) -> None:
    client = Client()
    client.force_login(company[login])
    assert client.get(path.format(day=day)).status_code == 200


def test_other_days_keep_their_bounds() -> None:
    start, end = clock.company_day_bounds(clock.company_today())
    assert start == clock.company_day_start(clock.company_today())
    assert (end - start).days == 1
