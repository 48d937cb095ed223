"""Key facts of the detail pages: label, value, what can be copied or dialled."""

from typing import Any

from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.access.masking import Masking
from crm.core import clock, prepared
from crm.core.emails import mask_email
from crm.core.messages import listed
from crm.core.phones import mask_phone
from crm.dictionaries import lookups
from crm.pool.texts import facts_of as pool_facts
from crm.web.navigation import address
from crm.web.templatetags.ui import money_text
from customers import categories, verifying
from customers.choices import Calendar
from customers.models import Contact, Customer


def item_label(pk: int | None) -> str:
    """A dictionary value in the reader's language."""
    value = lookups.item(pk)
    return value.label if value else ""


def bin_url(customer: Customer, user: Any) -> str:
    """The bin for whoever may take the customer out of it, else nothing."""
    lies_there = customer.deleted_at is not None
    may = lies_there and policies.can(user, verbs.DELETE, customer)
    return address("customers:customer_bin") if may else ""


def phone_fact(label: str, number: str, hidden: bool) -> dict[str, Any]:
    """A number to dial and copy, or its mask."""
    if not number or hidden:
        return {"label": label, "value": mask_phone(number) if number else ""}
    return {"label": label, "value": number, "copy": number, "tel": number}


def channel_fact(method_id: int | None) -> dict[str, Any]:
    """How somebody likes to be reached."""
    return {"label": _("Preferred channel"), "value": item_label(method_id)}


def undialled(groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Groups of facts whose numbers nobody dials."""
    return [
        {**group, "items": [{**item, "tel": ""} for item in group["items"]]} for group in groups
    ]


def email_fact(label: str, address: str, hidden: bool) -> dict[str, Any]:
    """An address to copy, or its mask."""
    if not address or hidden:
        return {"label": label, "value": mask_email(address) if address else ""}
    return {
        "label": label,
        "value": address,
        "copy": address,
        "url": f"mailto:{address}",
    }


def reach_actions(number: str, address: str, hidden: bool) -> list[dict[str, Any]]:
    """Dial and write a mail with the reader's own programs; the composer takes the record of it.

    Nothing for readers who see contact data masked (S09-07, S09-08).
    """
    if hidden:
        return []
    found = []
    if number:
        url = f"tel:{number}"
        found.append({"label": _("Dial"), "url": url, "icon": "phone", "name": "dial"})
    if address:
        url = f"mailto:{address}"
        found.append({"label": _("Write mail"), "url": url, "icon": "mail", "name": "mail"})
    return found


def customer_facts(customer: Customer, user: Any) -> list[dict[str, Any]]:
    """Groups of facts of a customer."""
    hidden = Masking(user, Customer).hides(customer.owner_id)
    region = lookups.region_text(customer.region_id) if customer.region_id else ""
    address = " ".join(filter(None, [region, customer.address]))
    money = customer.annual_spending
    return [
        {
            "title": _("Basics"),
            "items": [
                {
                    "label": _("Customer nature"),
                    "value": item_label(customer.nature_id),
                },
                {"label": _("Industry"), "value": item_label(customer.industry_id)},
                {
                    "label": _("Customer source"),
                    "value": item_label(customer.source_id),
                },
                phone_fact(_("Phone"), customer.phone, hidden),
                channel_fact(customer.preferred_method_id),
                email_fact(_("E-mail"), customer.email, hidden),
                {
                    "label": _("Website"),
                    "value": customer.website,
                    "url": customer.website,
                },
                {
                    "label": _("Region and address"),
                    "value": address,
                    "copy": address,
                    "wide": True,
                },
                {"label": _("Need"), "value": customer.need, "wide": True},
                {"label": _("Remarks"), "value": customer.remarks, "wide": True},
                *pool_facts(customer),
            ],
        },
        {
            "title": _("More"),
            "collapsed": True,
            "items": [
                {
                    "label": _("Unified social credit code"),
                    "value": customer.credit_code,
                    "copy": customer.credit_code,
                    "wide": True,
                },
                {
                    "label": _("Classifications"),
                    "value": classes_of(customer),
                    "wide": True,
                },
                {
                    "label": _("Product preference"),
                    "value": customer.product_preference,
                },
                {
                    "label": _("Annual spending"),
                    "value": f"¥{money_text(money)}" if money else "",
                },
                {"label": _("Cooperating since"), "value": customer.cooperating_since},
                {"label": _("Entry date"), "value": customer.entered_on},
                {
                    "label": _("Contact data verified on"),
                    "value": verifying.text_of(customer.verified_on, customer.entered_on),
                },
                {"label": _("Previous owner"), "value": customer.previous_owner or ""},
            ],
        },
    ]


def classes_of(customer: Customer) -> str:
    """Names of the classes the customer is in.

    Its own page reads them along, annotated as `category_keys`; else they are asked for.
    """
    if "category_keys" in customer.__dict__:
        keys = [int(key) for key in (customer.category_keys or "").split(",") if key]
    else:
        keys = [key for (key,) in prepared.rows("classes", _class_keys, customer.pk)]
    return listed(categories.names_of(keys))


def _class_keys(customer_id: int) -> QuerySet:
    links = Customer.categories.through.objects.filter(customer_id=customer_id)
    return links.values_list("category_id")


def contact_facts(contact: Contact, user: Any) -> list[dict[str, Any]]:
    """Groups of facts of a contact."""
    hidden = Masking(user, Contact).hides(contact.owner_id)
    entered = localdate(contact.created_at, clock.COMPANY_ZONE)
    further = [
        phone_fact(_("Further number"), part, hidden)
        for part in contact.other_phones.split(",")
        if part
    ]
    return [
        {
            "title": _("Contact data"),
            "items": [
                phone_fact(_("Mobile"), contact.mobile, hidden),
                phone_fact(_("Landline"), contact.phone, hidden),
                *further,
                channel_fact(contact.preferred_method_id),
                email_fact(_("E-mail"), contact.email, hidden),
                {
                    "label": _("WeChat"),
                    "value": "***" if hidden and contact.wechat else contact.wechat,
                },
                {
                    "label": _("QQ"),
                    "value": "***" if hidden and contact.qq else contact.qq,
                },
                {
                    "label": _("Contact data verified on"),
                    "value": verifying.text_of(contact.verified_on, entered),
                },
            ],
        },
        {
            "title": _("Person"),
            "items": [
                {"label": _("Position"), "value": contact.position},
                {"label": _("Department"), "value": contact.department},
                {"label": _("Gender"), "value": contact.get_gender_display()},
                {"label": _("Birthday"), "value": birthday(contact)},
                {"label": _("Reports to"), "value": contact.reports_to or ""},
                {
                    "label": _("Contact groups"),
                    "value": listed(group.name for group in contact.groups.all()),
                },
                {"label": _("Remarks"), "value": contact.remarks, "wide": True},
            ],
        },
    ]


def birthday(contact: Contact) -> str:
    """The birthday as it is counted: 1988-03-12, or 农历 闰四月初八 in numbers."""
    if not contact.birth_month or not contact.birth_day:
        return ""
    day = f"{contact.birth_month:02d}-{contact.birth_day:02d}"
    text = f"{contact.birth_year}-{day}" if contact.birth_year else day
    if contact.birth_calendar == Calendar.LUNAR:
        leap = _("leap month") + " " if contact.birth_leap else ""
        return f"{_('Lunar')} {leap}{text}"
    return text
