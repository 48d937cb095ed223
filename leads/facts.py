"""Key facts of the page of a lead: label, value, what can be copied or dialled."""

from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from crm.access.masking import Masking
from crm.dictionaries import lookups
from crm.pool.texts import facts_of as pool_facts
from customers.facts import email_fact, item_label, phone_fact
from leads.models import Lead


def lead_facts(lead: Lead, user: Any) -> list[dict[str, Any]]:
    """Groups of facts of a lead."""
    hidden = Masking(user, Lead).hides(lead.owner_id)
    region = lookups.region_text(lead.region_id) if lead.region_id else ""
    place = " ".join(filter(None, [region, lead.address]))
    wechat = "***" if hidden and lead.wechat else lead.wechat
    return [
        {
            "title": _("Contact person"),
            "items": [
                {"label": _("Contact person"), "value": lead.contact_name},
                {"label": _("Position"), "value": lead.position},
                phone_fact(_("Mobile"), lead.mobile, hidden),
                phone_fact(_("Phone"), lead.phone, hidden),
                email_fact(_("E-mail"), lead.email, hidden),
                {"label": _("WeChat"), "value": wechat, "copy": "" if hidden else wechat},
            ],
        },
        {
            "title": _("Needs"),
            "items": [
                {"label": _("Need summary"), "value": lead.need, "wide": True},
                {"label": _("Pain points"), "value": lead.pain_points, "wide": True},
                {"label": _("Remarks"), "value": lead.remarks, "wide": True},
            ],
        },
        {
            "title": _("Basics"),
            "items": [
                {"label": _("Lead source"), "value": item_label(lead.source_id)},
                {"label": _("Source page"), "value": lead.source_page, "wide": True},
                {"label": _("Industry"), "value": item_label(lead.industry_id)},
                {"label": _("Region and address"), "value": place, "wide": True},
                {"label": _("First contact at"), "value": moment(lead.first_contact_at)},
                {"label": _("Follow-ups"), "value": lead.follow_up_count or ""},
                *pool_facts(lead),
            ],
        },
    ]


def moment(value: Any) -> str:
    """An instant in the reader's zone."""
    return date_format(localtime(value), "Y-m-d H:i") if value else ""
