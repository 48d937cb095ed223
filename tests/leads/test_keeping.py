"""Administration of public forms and rules: pages, refusals, events."""

import pytest
from django.urls import reverse

from crm.audit.models import Event
from crm.core.errors import DomainError
from crm.dictionaries import lookups
from leads.choices import SOURCE, Target
from leads.models import AllocationRule, ScoreRule, WebForm
from leads.services.keeping import create_score_rule, create_web_form
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.leads import make_allocation_rule, make_web_form


def test_a_form_is_made_and_changed_in_the_administration(company: Company) -> None:
    client = browser(company, "admin")
    values = {
        "title": "官网预约", "asked": ["company", "need"], "target": Target.RULES,
        "source": lookups.by_code(SOURCE, "website").pk, "is_active": "on",
    }  # fmt: skip
    page = client.post(reverse("admin:leads_webform_add"), values)
    assert page.status_code == 302, page.context["adminform"].form.errors
    form = WebForm.objects.get()
    assert (form.asked, form.is_active) == (["company", "need"], True)
    url = reverse("admin:leads_webform_change", args=[form.pk])
    assert form.token in client.get(url).content.decode()
    changed = values | {"title": "官网咨询", "version": form.version}
    assert client.post(url, changed).status_code == 302
    again = client.post(url, changed)
    assert again.status_code == 200
    codes = Event.objects.filter(code__startswith="leads.webform").values_list("code", flat=True)
    assert sorted(codes) == ["leads.webform.created", "leads.webform.updated"]
    assert client.post(reverse("admin:leads_webform_delete", args=[form.pk]), {"post": "yes"})
    assert not WebForm.objects.exists()


def test_a_rule_names_the_next_ten(company: Company) -> None:
    client = browser(company, "admin")
    values = {
        "name": "华东", "order": 1, "subject": "lead", "way": "round_robin", "is_active": "on",
        "people": [company["sales1"].pk, company["sales2"].pk],
    }  # fmt: skip
    page = client.post(reverse("admin:leads_allocationrule_add"), values)
    assert page.status_code == 302, page.context["adminform"].form.errors
    rule = AllocationRule.objects.get()
    url = reverse("admin:leads_allocationrule_change", args=[rule.pk])
    text = client.get(url).content.decode()
    assert "李晓明、王雨桐、李晓明" in text
    wrong = client.post(url, values | {"regions": "月球", "version": rule.version})
    assert wrong.status_code == 200
    rule.refresh_from_db()
    assert rule.regions == ""


def test_what_a_rule_needs_must_be_there(company: Company) -> None:
    for rule in (
        ScoreRule(kind="filled", points=5),
        ScoreRule(kind="source", points=5),
        ScoreRule(kind="region", points=5),
    ):
        with pytest.raises(DomainError):
            create_score_rule(rule, actor=company.admin)
    with pytest.raises(DomainError):
        create_web_form(WebForm(title="x", target=Target.PERSON), actor=company.admin)


def test_only_administrators_keep_them(company: Company) -> None:
    form, rule = make_web_form(company), make_allocation_rule(company, [company["sales1"]])
    for actor in ("manager", "sales1"):
        client = browser(company, actor)
        for name, row in (("webform", form), ("allocationrule", rule)):
            url = reverse(f"admin:leads_{name}_change", args=[row.pk])
            assert client.get(url).status_code == 403
