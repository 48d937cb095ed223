"""A draft from a solved ticket, with everything that points to a person taken out (`service` 8.7).

Taken out before an editor sees it: phones, e-mail addresses, numbers of identity cards, bank cards
and credit codes, WeChat and QQ numbers after their word, car plates, and the names the caller
gives (customer, contacts). Too much is better than too little: an editor writes a word back sooner
than he notices a name.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from crm.access import policies, verbs
from crm.core import text as texts
from knowledge.choices import Audience, Kind
from knowledge.models import BODY_LIMIT, TITLE_LIMIT, Article, Category
from knowledge.services.writing import create_article

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[邮箱]"),
    (re.compile(r"(?<![0-9A-Za-z])\d{17}[0-9Xx](?![0-9A-Za-z])"), "[证件号]"),
    (re.compile(r"(?<![0-9A-Za-z])\d{15}(?![0-9A-Za-z])"), "[证件号]"),
    (re.compile(r"(?<![0-9A-Z])[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}(?![0-9A-Z])"),
     "[信用代码]"),
    (re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?!\d)"), "[卡号]"),
    (re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)"), "[电话]"),
    (re.compile(r"(?<!\d)(?:\(0\d{2,3}\)|0\d{2,3})[ -]?\d{7,8}(?:[ -转]{1,2}\d{1,6})?(?!\d)"),
     "[电话]"),
    (re.compile(r"(?<!\d)[48]00[ -]?\d{3}[ -]?\d{4}(?!\d)"), "[电话]"),
    (re.compile(r"(?<!\d)\+\d[\d -]{7,16}\d(?!\d)"), "[电话]"),
    (re.compile(r"(微信号?|QQ号?|wechat|weixin)[\s:：]*[\w-]{5,20}", re.IGNORECASE), r"\1：[账号]"),
    (re.compile(r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
                r"[A-HJ-NP-Z][ ·]?[A-HJ-NP-Z0-9]{5,6}(?![A-Z0-9])"), "[车牌]"),
    (re.compile(r"(?<![0-9.])(?:\d{1,3}\.){3}\d{1,3}(?![0-9.])"), "[网络地址]"),
)  # fmt: skip
#: A surname with what colleagues call a customer.
_CALLED = re.compile(
    r"[\u4e00-\u9fff](先生|女士|小姐|总|经理|主任|老师|师傅|工)(?![\u4e00-\u9fff]?程)"
)
_FULL_TO_HALF = str.maketrans("０１２３４５６７８９＠．－", "0123456789@.-")


def strip_personal(text: str, names: Iterable[str] = ()) -> str:
    """The text without phones, addresses, numbers of persons, and without these names."""
    clean = text.translate(_FULL_TO_HALF)
    for name in sorted(_spellings(names), key=len, reverse=True):
        clean = re.sub(re.escape(name), _("[customer]"), clean, flags=re.IGNORECASE)
    for pattern, word in _PATTERNS:
        clean = pattern.sub(word, clean)
    return _CALLED.sub(r"[姓]\1", clean)


def _spellings(names: Iterable[str]) -> set[str]:
    """Each name in full, and companies without their legal form."""
    found: set[str] = set()
    for name in names:
        full = name.strip()
        for spelling in (full, texts.without_legal_form(full) if full else ""):
            if len(spelling) >= 2:
                found.add(spelling)
    return found


def draft_from(
    text: str,
    *,
    title: str,
    category: Category,
    actor: Any,
    problem: str = "",
    names: Sequence[str] = (),
    products: Iterable[Any] = (),
    kind: str = Kind.SOLUTION,
) -> Article:
    """A draft for colleagues from what solved a ticket; `names` are the customer's and contacts'.

    Raises NotAllowed without the right to write articles.
    """
    policies.require(actor, verbs.ADD, Article)
    article = Article(
        kind=kind,
        category=category,
        audience=Audience.STAFF,
        title=strip_personal(title, names)[:TITLE_LIMIT] or str(_("Untitled")),
        problem=strip_personal(problem, names)[:4000],
        body=strip_personal(text, names)[:BODY_LIMIT],
    )
    return create_article(article, actor=actor, products=products)
