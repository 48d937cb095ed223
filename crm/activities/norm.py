"""The norm for the text of a follow-up (S11-19, P30): what was said, not merely that one spoke.

Pure: no database, no models. The rule is deliberately narrow; it refuses only texts that say
nothing but "contacted".
"""

import re
import unicodedata

from django.utils.translation import gettext as _

from crm.core.errors import InvalidValue
from crm.core.text import clean_text

_NOISE = re.compile(r"[\W_]+")
_WHEN = r"(?:今天|今日|昨天|昨日|上午|下午|早上|晚上|刚才|刚刚|刚|我|我们)"
_DONE = (
    r"(?:联系|跟进|沟通|回访|拜访|打电话|打过电话|打了电话|发微信|发了微信|发邮件|发了邮件"
    r"|致电|处理|电话|微信)"
)
_WHOM = r"(?:客户|对方|他|她|本人)"
_CHINESE = re.compile(
    f"{_WHEN}*(?:已经?|再次|又|和|与|跟|给|对|向)*{_WHOM}?(?:已经?|进行)*{_DONE}{_DONE}?"
    f"(?:过|完|完成|完毕|好|一下|一次)*了?{_WHOM}?(?:了|过)?"
)
_EMPTY = frozenset(
    "ok okay okey done yes no test none nothing na called contacted followed followup followedup "
    "ihavecontacted contactedthecustomer customercontacted calledthecustomer 好 好的 嗯 嗯嗯 行 "
    "可以 收到 完成 已完成 完毕 无 没有 无内容 测试 同上 略".split()
)


def says_nothing(text: str) -> bool:
    """Whether a text only tells that there was a contact: 已联系, 跟进了, ok, "…"."""
    core = _NOISE.sub("", unicodedata.normalize("NFKC", text)).casefold()
    if not core or core.isdigit() or len(set(core)) == 1:
        return True
    return core in _EMPTY or _CHINESE.fullmatch(core) is not None


def checked_text(text: str, *, limit: int) -> str:
    """The text as it is stored. Raises InvalidValue where it breaks the norm or the limit."""
    cleaned = clean_text(text, max_length=limit, multiline=True)
    if cleaned.value is None:
        problem = cleaned.notes[0].text() if cleaned.notes else _("The content is empty.")
        raise InvalidValue(_("Saving failed: %(reason)s") % {"reason": problem}, field="text")
    if says_nothing(cleaned.value):
        raise InvalidValue(
            _(
                "Saving failed: this text says only that there was a contact. "
                "Write the need, the feedback or what was promised."
            ),
            field="text",
        )
    return cleaned.value
