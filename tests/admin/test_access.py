"""Who reaches which page of the administration."""

import re

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from django.utils import translation

from crm.access.scopes import Scope
from crm.accounts.models import Role
from crm.audit.models import Event
from crm.dictionaries.models import Tag
from crm.web.administration import boolean_mark
from crm.workbench.admin_site import GROUPS
from customers.models import Category
from tests.kit.permissions import give_role

pytestmark = pytest.mark.django_db

LISTS = [
    "accounts_user",
    "accounts_department",
    "accounts_role",
    "accounts_loginrecord",
    "dictionaries_dictionary",
    "dictionaries_tag",
    "dictionaries_numberrule",
    "dictionaries_setting",
    "dictionaries_region",
    "dictionaries_businesscalendar",
    "dictionaries_calendarexception",
    "dictionaries_statutoryyear",
    "customers_rhythmrule",
    "reminders_reminderrule",
    "reminders_reminder",
    "jobs_job",
    "customers_category",
    "customers_contactgroup",
    "pool_pool",
    "pool_ownedcap",
    "leads_webform",
    "leads_allocationrule",
    "leads_scorerule",
    "tickets_agentprofile",
    "tickets_businessnode",
    "tickets_cannedreply",
    "tickets_macro",
    "tickets_skill",
    "tickets_ticketgroup",
    "tickets_ticketstatus",
    "tickets_slapolicy",
    "tickets_intakeform",
    "tickets_surveytemplate",
    "opportunities_pipeline",
]
ADD = [
    "accounts_user_add",
    "accounts_department_add",
    "accounts_role_add",
    "dictionaries_tag_add",
    "dictionaries_businesscalendar_add",
    "dictionaries_calendarexception_add",
    "customers_category_add",
    "customers_contactgroup_add",
    "pool_pool_add",
    "pool_ownedcap_add",
    "leads_webform_add",
    "leads_allocationrule_add",
    "leads_scorerule_add",
    "tickets_slapolicy_add",
    "tickets_agentprofile_add",
    "tickets_businessnode_add",
    "tickets_cannedreply_add",
    "tickets_macro_add",
    "tickets_skill_add",
    "tickets_ticketgroup_add",
    "tickets_ticketstatus_add",
    "tickets_intakeform_add",
    "tickets_surveytemplate_add",
    "opportunities_pipeline_add",
]


@pytest.mark.parametrize("login", ["root", "sysadmin", "auditor"])
def test_lists_open_for_administration(client_of, login):
    client = client_of(login)
    names = [f"admin:{name}_changelist" for name in LISTS]
    assert not [name for name in names if client.get(reverse(name)).status_code != 200]


@pytest.mark.parametrize("login", ["sales", "nobody"])
def test_refused_without_administration_right(client_of, login):
    client = client_of(login)
    names = ["admin:index", *(f"admin:{name}_changelist" for name in LISTS)]
    names += [f"admin:{name}" for name in ADD]
    assert not [name for name in names if client.get(reverse(name)).status_code != 403]


#: What a service lead keeps by right, without administering the company.
KEPT = {
    "tickets_agentprofile", "tickets_cannedreply", "tickets_macro",
    "tickets_skill", "tickets_ticketgroup", "tickets_slapolicy", "tickets_intakeform",
    "tickets_surveytemplate",
}  # fmt: skip


#: What he reads besides: the business tree is the administrator's (S02-24).
READ = {"tickets_businessnode"}


def test_a_service_lead_reaches_what_he_keeps_and_nothing_else(client_of):
    client = client_of("lead")
    for name in LISTS:
        answer = client.get(reverse(f"admin:{name}_changelist"))
        assert answer.status_code == (200 if name in KEPT | READ else 403), name
    for name in ADD:
        answer = client.get(reverse(f"admin:{name}"))
        assert answer.status_code == (200 if name.removesuffix("_add") in KEPT else 403), name
    assert client.get(reverse("admin:clear_demo")).status_code == 403
    home = client.get(reverse("admin:index"))
    assert [group["name"] for group in home.context["available_apps"]] == ["Tickets"]
    assert not home.context["facts"]
    assert not home.context["tasks"]


def test_a_role_may_give_the_business_tree_to_somebody_else(client_of, people):
    tree = "tickets.businessnode"
    give_role(people["lead"], {(tree, verb): Scope.ALL for verb in ("view", "add", "change")})
    assert client_of("lead").get(reverse("admin:tickets_businessnode_add")).status_code == 200


def test_reading_opens_no_door_and_each_right_only_its_own(client_of, people):
    client, macros = client_of("lead"), "tickets.macro"
    give_role(people["lead"], {(macros, "view"): Scope.ALL})
    assert client.get(reverse("admin:index")).status_code == 403
    people["lead"].roles.clear()
    Role.objects.get(code="only-lead").delete()
    give_role(people["lead"], {(macros, verb): Scope.ALL for verb in ("view", "change")})
    assert client.get(reverse("admin:tickets_macro_changelist")).status_code == 200
    assert client.get(reverse("admin:tickets_macro_add")).status_code == 403
    assert client.get(reverse("admin:tickets_cannedreply_changelist")).status_code == 403


@pytest.mark.parametrize("name", ["index", *(f"{name}_changelist" for name in LISTS), *ADD])
def test_strangers_are_sent_to_the_login_of_the_product(name):
    url = reverse(f"admin:{name}")
    response = Client().get(url, follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_every_registered_model_is_in_these_tests():
    known = {f"{model._meta.app_label}_{model._meta.model_name}" for model in admin.site._registry}
    assert known == set(LISTS)


@pytest.mark.parametrize("name", ADD)
def test_add_pages(client_of, name):
    assert client_of("root").get(reverse(f"admin:{name}")).status_code == 200
    assert client_of("sysadmin").get(reverse(f"admin:{name}")).status_code == 200
    assert client_of("auditor").get(reverse(f"admin:{name}")).status_code == 403


def test_change_pages_and_histories(client_of, people, department, roles, source, rule):
    tag = Tag.objects.create(
        name="重点", created_at=department.updated_at, updated_at=department.updated_at
    )
    rows = {
        "accounts_user": people["sales"].pk,
        "accounts_department": department.pk,
        "accounts_role": roles["sales"].pk,
        "dictionaries_dictionary": source.pk,
        "dictionaries_tag": tag.pk,
        "dictionaries_numberrule": rule.pk,
    }
    for login in ("root", "sysadmin", "auditor"):
        client = client_of(login)
        for name, pk in rows.items():
            page = client.get(reverse(f"admin:{name}_change", args=[pk]))
            assert page.status_code == 200, (login, name)
            shows_form = b'name="_save"' in page.content
            assert shows_form == (login != "auditor"), (login, name)
            history = client.get(reverse(f"admin:{name}_history", args=[pk]))
            assert history.status_code == 200, (login, name)


def test_the_auditor_changes_nothing(client_of, people, department, roles, source, rule):
    client = client_of("auditor")
    before = Event.objects.count()
    addresses = [
        reverse("admin:accounts_user_change", args=[people["sales"].pk]),
        reverse("admin:accounts_user_password", args=[people["sales"].pk]),
        reverse("admin:accounts_user_state", args=[people["sales"].pk]),
        reverse("admin:accounts_user_import"),
        reverse("admin:accounts_user_add"),
        reverse("admin:accounts_department_change", args=[department.pk]),
        reverse("admin:accounts_department_delete", args=[department.pk]),
        reverse("admin:accounts_role_change", args=[roles["sales"].pk]),
        reverse("admin:accounts_role_delete", args=[roles["sales"].pk]),
        reverse("admin:dictionaries_dictionary_change", args=[source.pk]),
        reverse("admin:dictionaries_numberrule_change", args=[rule.pk]),
        reverse("admin:dictionaries_setting_changelist"),
    ]
    for url in addresses:
        assert client.post(url, {"name": "x", "post": "yes"}).status_code == 403, url
    assert Event.objects.count() == before
    assert Role.objects.filter(pk=roles["sales"].pk).exists()


def test_the_menu_leads_to_the_logs_of_the_product(client_of):
    for login in ("root", "sysadmin", "auditor"):
        menu = client_of(login).get(reverse("admin:index")).context["nav"]
        urls = [item["url"] for group in menu for item in group["items"]]
        assert reverse("workbench:log") in urls and reverse("workbench:view_history") in urls


def test_pages_that_the_product_replaces_are_gone(client_of):
    client = client_of("root")
    for path in ("password_change/", "autocomplete/", "jsi18n/", "r/1/1/"):
        assert client.get(f"/admin/{path}").status_code == 404, path
    assert client.get("/admin/logout/").url == reverse("account_logout")
    assert client.get("/admin/login/").url == reverse("admin:index")
    assert client.get("/admin/accounts/").url == reverse("admin:index")


def test_no_inline_script_or_style(client_of, people, roles, source, rule):
    client = client_of("root")
    pages = [
        reverse("admin:index"),
        reverse("admin:accounts_user_changelist"),
        reverse("admin:accounts_user_change", args=[people["sales"].pk]),
        reverse("admin:accounts_role_change", args=[roles["sales"].pk]),
        reverse("admin:dictionaries_dictionary_change", args=[source.pk]),
        reverse("admin:dictionaries_numberrule_change", args=[rule.pk]),
        reverse("admin:dictionaries_setting_changelist"),
    ]
    for url in pages:
        html = client.get(url).content.decode()
        assert "<style" not in html and " style=" not in html, url
        assert " onclick=" not in html and "javascript:" not in html, url
        assert html.count("<script") == html.count("<script src=") + html.count(
            '<script type="module" src='
        ), url


def test_marks_of_a_list_are_said_in_the_readers_words(client_of):
    """Django's marks said "True" and "False" to who cannot see them."""
    Category.objects.create(name="地区")
    page = client_of("sysadmin").get(reverse("admin:customers_category_changelist"))
    assert 'alt="Yes"' in page.content.decode()
    assert 'alt="True"' not in page.content.decode()
    with translation.override("zh-hans"):
        assert ('alt="是"' in boolean_mark(True), 'alt="否"' in boolean_mark(False)) == (True, True)


def test_the_menu_marks_the_list_one_stands_in(client_of):
    """It was kept as drawn for the page an administrator had opened first."""
    client = client_of("sysadmin")
    for name in ("accounts_user", "accounts_role"):
        url = reverse(f"admin:{name}_changelist")
        page = client.get(url).content.decode()
        marked = re.findall(r'<a class="nav__link[^"]*" href="([^"]*)" aria-current="page"', page)
        assert marked == [url]


def test_every_administration_stands_in_a_group() -> None:
    """An administrator looks for a page under what it is about, never under what is left."""
    grouped = {entry.label for group in GROUPS for entry in group.entries}
    assert {model._meta.label_lower for model in admin.site._registry} <= grouped
