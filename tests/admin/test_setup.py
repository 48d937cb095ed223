"""The guided start of a real company, from the first step to the last."""

import pytest
from django.test import override_settings
from django.urls import reverse

from crm.accounts.models import Department, User
from crm.audit.models import Event
from crm.dictionaries import settings
from crm.dictionaries.services import update_number_rule
from crm.workbench import setup
from tests.kit.html import form_values

pytestmark = pytest.mark.django_db


def test_only_administrators(client_of):
    for name in setup.STEPS:
        url = setup.step_url(name)
        assert client_of("sysadmin").get(url).status_code == 200, name
        for login in ("auditor", "sales", "nobody"):
            assert client_of(login).get(url).status_code == 403, (name, login)
            assert client_of(login).post(url).status_code == 403, (name, login)


def test_from_the_first_step_to_the_last(client_of, people, rule, mailoutbox):
    client = client_of("root")
    company = {"company_name": "上海和客", "company_short": "sh", "site_name": "和客 CRM"}
    page = client.post(setup.step_url("company"), company)
    assert page.url == setup.step_url("departments")
    assert settings.get("company_short") == "SH"

    client.post(setup.step_url("departments"), {"tree": "销售部\n  华东区"})
    assert Department.objects.get(name="华东区").parent.name == "销售部"

    typed = {"text": "S1,王芳,,,销售部/华东区,销售,"}
    page = client.post(setup.step_url("people"), {**typed, "check": "1"})
    assert page.context["plan"].can_run
    page = client.post(setup.step_url("people"), {**typed, "run": "1"})
    (pair,) = page.context["pairs"]
    assert pair[1] in page.content.decode()
    assert User.objects.get(username="S1").check_password(pair[1])

    assert client.get(setup.step_url("roles")).status_code == 200
    prefix = f"rule-{rule.pk}"
    page = client.get(setup.step_url("numbers"))
    numbers = form_values(page, f"{prefix}-prefix") | {f"{prefix}-prefix": "kh"}
    numbers |= {f"{prefix}-width": 4, f"{prefix}-restarts_yearly": "on"}
    assert client.post(setup.step_url("numbers"), numbers).url == setup.step_url("mail")
    rule.refresh_from_db()
    assert (rule.prefix, rule.width) == ("KH", 4)

    client.post(setup.step_url("mail"), {"address": "boss@example.com"})
    assert [mail.to for mail in mailoutbox] == [["boss@example.com"]]

    assert client.post(setup.step_url("done")).url == "/"
    assert settings.get("setup_done") is True
    assert client.get(setup.step_url("company")).url == reverse("admin:index")
    found = set(Event.objects.filter(actor=people["root"]).values_list("code", flat=True))
    assert found == {
        "dictionaries.setting.updated",
        "accounts.department.created",
        "accounts.user.created",
        "dictionaries.rule.updated",
    }


def test_number_rules_saved_by_somebody_else_meanwhile(client_of, people, rule):
    client, url, prefix = client_of("root"), setup.step_url("numbers"), f"rule-{rule.pk}"
    mine = form_values(client.get(url), f"{prefix}-prefix") | {f"{prefix}-width": "5"}
    update_number_rule(rule, changes={"prefix": "AB", "width": 4}, actor=people["root"])

    page = client.post(url, mine)
    rule.refresh_from_db()
    assert (page.status_code, rule.prefix, rule.width) == (422, "AB", 4)
    assert page.context["rules"][0]["form"].errors["width"] == ["Stored meanwhile: 4"]
    again = form_values(page, f"{prefix}-prefix")
    assert (again[f"{prefix}-prefix"], again[f"{prefix}-width"]) == (["AB"], ["5"])
    assert client.post(url, again).url == setup.step_url("mail")
    rule.refresh_from_db()
    assert (rule.prefix, rule.width) == ("AB", 5)


def test_wrong_input_stays_on_the_step(client_of, rule):
    client = client_of("root")
    page = client.post(setup.step_url("company"), {"company_name": "", "company_short": "和客"})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"company_name", "company_short"}
    page = client.post(setup.step_url("departments"), {"tree": "长" * 61})
    assert page.status_code == 422 and page.context["form"].errors["tree"]
    page = client.post(setup.step_url("people"), {"text": ""})
    assert page.status_code == 422
    page = client.post(setup.step_url("numbers"), {f"rule-{rule.pk}-width": 99})
    assert page.status_code == 422
    page = client.post(setup.step_url("mail"), {"address": "nobody"})
    assert page.status_code == 422


@override_settings(EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_PORT=9)
def test_a_mail_server_that_does_not_answer_is_named(client_of):
    page = client_of("root").post(setup.step_url("mail"), {"address": "boss@example.com"})
    assert page.status_code == 422
    assert "failed" in str(page.context["form"].errors["address"])


@override_settings(MAIL_CONFIGURED=False)
def test_without_mail_the_step_says_what_to_set(client_of, mailoutbox):
    client = client_of("root")
    assert "EMAIL_URL" in client.get(setup.step_url("mail")).content.decode()
    client.post(setup.step_url("mail"), {"address": "boss@example.com"})
    assert mailoutbox == []
