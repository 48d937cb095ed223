"""The public form of the demo, with the categories customers may choose."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from crm.workbench.demo import DemoPart, People, register
from tickets.models import BusinessNode, IntakeForm
from tickets.portal.keeping import create_form, delete_form
from tickets.services.administering import update_node

#: Categories of the demo's business tree that customers know.
PUBLIC = (
    "登录与权限", "数据导入导出", "移动端", "水泵", "阀门", "控制柜", "发货进度", "发票", "退换货",
)  # fmt: skip


def make(people: People) -> None:
    """One form, and its categories."""
    admin = people["admin"]
    for node in BusinessNode.objects.filter(is_demo=True, name__in=PUBLIC, is_public=False):
        update_node(node, changes={"is_public": True}, actor=admin)
    if not IntakeForm.objects.exists():
        form = IntakeForm(
            title="在线提交服务请求",
            intro="请描述您遇到的问题，客服将在工作时间内尽快回复。紧急故障请直接拨打服务热线。",
            is_demo=True,
        )
        create_form(form, actor=admin)


def count() -> int:
    """Demo forms."""
    return IntakeForm.objects.filter(is_demo=True).count()


def clear(actor: Any) -> int:
    """Remove the demo form; its tickets stay."""
    rows = list(IntakeForm.objects.filter(is_demo=True))
    for form in rows:
        delete_form(form, actor=actor)
    return len(rows)


register(DemoPart("ticket forms", 56, make, count, clear, label=_("Public ticket forms")))
