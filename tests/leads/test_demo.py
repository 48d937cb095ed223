"""The demo leads look like an office's: nobody calls at night or on a holiday."""

from datetime import datetime

import pytest
import time_machine
from django.utils.timezone import localtime

from crm.activities.models import FollowUp
from crm.core import clock
from crm.dictionaries import calendar, lookups, stamps, statutory
from crm.dictionaries.models import Region
from leads import demo
from leads.models import Lead
from tests.factories.company import Company


@pytest.mark.parametrize("now", [datetime(2026, 10, 3, 3), datetime(2026, 11, 20, 10, 30)])
def test_follow_ups_lie_in_office_hours(company: Company, now: datetime) -> None:
    statutory.seed()
    for level, (code, name) in enumerate((("330100", "杭州市"), ("330106", "西湖区")), start=2):
        Region.objects.create(code=code, name=name, level=level)
    stamps.bump(lookups.REGIONS_STAMP)
    with time_machine.travel(now.replace(tzinfo=clock.COMPANY_ZONE), tick=False):
        demo.make(company.people)
        said = FollowUp.objects.filter(is_demo=True)
        moments = [localtime(at) for at in said.values_list("happened_at", flat=True)]
        assert len(moments) > demo.SMALL / 3
        assert all(9 <= at.hour < 18 and calendar.is_working_day(at.date()) for at in moments)
        assert max(moments) <= clock.now()
        leads = Lead.objects.filter(is_demo=True, first_contact_at__isnull=False)
        assert all(lead.created_at < lead.first_contact_at for lead in leads)
        demo.clear(company.admin)
        assert demo.count() == 0
