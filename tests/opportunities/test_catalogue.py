"""Products, competitors, pipelines and stages are kept on their pages."""

from typing import Any

import pytest
from django.urls import reverse

from crm.audit.models import Event
from crm.core.errors import InvalidValue
from opportunities import pipelines
from opportunities.models import Competitor, Pipeline, Product, Stage
from opportunities.services.pipelines import delete_pipeline, update_pipeline, update_stage
from tests.conftest import browser
from tests.factories.company import Company
from tests.factories.opportunities import make_opportunity, stage
from tests.kit.html import form_values, row_ids


def test_managers_keep_products_and_sellers_read_them(company: Company) -> None:
    manager, seller = browser(company, "manager"), browser(company, "sales1")
    url = reverse("opportunities:product_add")
    values = form_values(manager.get(url), "code")
    typed = values | {"name": "客户管理软件", "code": "CRM-1", "list_price": "9800"}
    assert manager.post(url, typed).status_code == 302
    product = Product.objects.get(code="CRM-1")
    assert manager.post(url, typed).status_code == 422
    edit = reverse("opportunities:product_edit", args=[product.pk])
    changed = form_values(manager.get(edit), "code") | {"is_on_sale": ""}
    assert manager.post(edit, changed).status_code == 302
    product.refresh_from_db()
    assert (product.is_on_sale, product.version) == (False, 2)
    assert row_ids(seller.get(reverse("opportunities:product_list"), {"q": "CRM"})) == [product.pk]
    assert seller.get(product.get_absolute_url()).status_code == 200
    assert seller.get(edit).status_code == 403
    options = seller.get(reverse("opportunities:product_options")).json()["results"]
    assert options == []
    codes = Event.objects.filter(code__startswith="opportunities.product")
    assert codes.count() == 2


def test_competitors_are_kept_too(company: Company) -> None:
    seller = browser(company, "sales1")
    url = reverse("opportunities:competitor_add")
    values = form_values(seller.get(url), "website")
    assert seller.post(url, values | {"name": "用友"}).status_code == 302
    rival = Competitor.objects.get()
    assert seller.get(rival.get_absolute_url()).status_code == 200
    assert seller.get(reverse("opportunities:competitor_edit", args=[rival.pk])).status_code == 403
    names = seller.get(reverse("opportunities:competitor_options"), {"q": "用"}).json()["results"]
    assert names == [{"value": "用友", "label": "用友", "hint": ""}]


def stages_of(page: Any) -> dict[str, list[str]]:
    """What the form of a pipeline would send."""
    return form_values(page, "stages-TOTAL_FORMS")


def test_administrators_keep_pipelines_with_their_stages(company: Company) -> None:
    client = browser(company, "admin")
    pipeline = Pipeline.objects.get()
    url = reverse("admin:opportunities_pipeline_change", args=[pipeline.pk])
    values = stages_of(client.get(url))
    values["stages-0-exit_fields"] = ["contact"]
    values |= {
        "stages-5-name": "试用",
        "stages-5-code": "trial",
        "stages-5-order": "35",
        "stages-5-probability": "60",
        "stages-5-expected_days": "7",
        "stages-5-is_active": "on",
    }
    answer = client.post(url, values)
    assert answer.status_code == 302, answer.context["errors"]
    assert Stage.objects.get(code="contact").exit_fields == ["contact"]
    names = [step.code for step in pipelines.lines()[0].active_steps]
    assert names == ["contact", "analysis", "proposal", "trial", "negotiation", "contract"]
    assert browser(company, "manager").get(url).status_code in (302, 403)


def test_what_is_in_use_stays(company: Company) -> None:
    make_opportunity(company, company["sales1"])
    pipeline, admin = Pipeline.objects.get(), company.admin
    with pytest.raises(InvalidValue):
        delete_pipeline(pipeline, actor=admin)
    with pytest.raises(InvalidValue):
        update_pipeline(pipeline, changes={"is_active": False}, actor=admin)
    with pytest.raises(InvalidValue):
        update_stage(stage("contact"), changes={"is_active": False}, actor=admin)
    update_stage(stage("contract"), changes={"is_active": False}, actor=admin)
    assert len(pipelines.lines()[0].active_steps) == 4


def test_departments_have_pipelines_of_their_own(company: Company) -> None:
    seller = company["sales1"]
    own = Pipeline.objects.create(code="own", name="渠道销售")
    own.departments.add(seller.main_department)
    first = Stage.objects.create(pipeline=own, code="first", name="报备", is_initial=True)
    update_stage(first, changes={"probability": 20}, actor=company.admin)
    assert pipelines.first_for(seller).code == "own"
    assert pipelines.first_for(company.stranger()).code == "standard"
    assert {line.code for line in pipelines.offered(company.stranger())} == {"standard"}
