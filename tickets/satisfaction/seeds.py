"""The questions every installation starts with."""

from crm.core import clock
from crm.dictionaries.seeding import seeding
from tickets.satisfaction.models import SurveyTemplate

LOW = "响应慢\n解决不彻底\n态度不佳\n多次重复沟通\n其他"
HIGH = "响应及时\n专业耐心\n一次解决\n沟通顺畅"


def seed_template() -> None:
    """Write the first version, once."""
    if not SurveyTemplate.objects.exists():
        SurveyTemplate.objects.create(
            title="服务满意度评价",
            intro="感谢您的信任，请为本次服务打分。",
            thanks="感谢您的评价，我们会继续改进。",
            low_reasons=LOW,
            high_reasons=HIGH,
            created_at=clock.now(),
        )


seeding.register(seed_template)
