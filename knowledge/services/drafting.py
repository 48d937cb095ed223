"""A draft from a solved ticket, with everything that points to a person taken out (`service` 8.7).

Taken out before an editor sees it: phones, e-mail addresses, numbers of identity cards, bank cards
and credit codes, WeChat and QQ numbers after their word, car plates, postal addresses, names that
are called (张伟先生, 王总) or announced (联系人：…), and the names the caller gives (customer,
contacts, colleagues), in full, without the surname and as colleagues shorten them (小张). Too much
is better than too little: an editor writes a word back sooner than he notices a name.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
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
#: The usual surnames: without one, two characters before 先生 are as likely a word.
_SURNAMES = (
    "(?:欧阳|司马|上官|诸葛|司徒|东方|皇甫|令狐|慕容|端木|"
    "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏"
    "吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万"
    "钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁"
    "尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时"
    "穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋"
    "商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝])"
)
_PERSON = re.compile(rf"(?P<surname>{_SURNAMES})(?P<given>[\u4e00-\u9fff]{{1,2}})")
#: A name with what colleagues call a customer, whole where a surname begins it.
_FULL_NAME = re.compile(rf"{_SURNAMES}[\u4e00-\u9fff]{{1,2}}(先生|女士|小姐)")
_CALLED = re.compile(
    r"[\u4e00-\u9fff](先生|女士|小姐|总|经理|主任|老师|师傅|工)(?![\u4e00-\u9fff]?程)"
)
#: What stands behind its word: the name of a person, a place where somebody lives or receives.
_NAMED = re.compile(
    r"((?:联系|收货|收件|经办|负责|申请|报修|来电|委托)人|姓名)(\s*[:：]\s*)"
    r"[\u4e00-\u9fff·]{2,4}?(?=[\s，,。.；;、（(\d]|手机|电话|$)"
)
_PLACED = re.compile(r"(地址|住址)(\s*[:：]\s*)(?=[\u4e00-\u9fff])[^\n，。；;]{4,80}")
#: A street (not a 线路 or 回路) with a number of a house; repetitions are bounded for T37.
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,20}(?:(?<![线电回管通链网油气])路|街|巷|弄|大道|村|小区|花园|大厦)"
    r"\d{1,5}(?:[-—]\d{1,5})?(?:号楼|号院|号|弄|幢|栋|座|单元|室|楼)"
    r"(?:\d{1,5}(?:[-—]\d{1,5})?(?:号楼|号|幢|栋|座|单元|层|楼|室)?){0,6}"
)
_FULL_TO_HALF = str.maketrans("０１２３４５６７８９＠．－", "0123456789@.-")


def strip_personal(text: str, names: Iterable[str] = (), colleagues: Iterable[str] = ()) -> str:
    """The text without phones, addresses, numbers of persons, and without these names.

    `names` are those of the customer's side.
    """
    clean = text.translate(_FULL_TO_HALF)
    words = {
        spelling: word
        for given, word in ((colleagues, _("[colleague]")), (names, _("[customer]")))
        for spelling in _spellings(given)
    }
    for name in sorted(words, key=len, reverse=True):
        clean = _as_written(name).sub(words[name], clean)
    clean = _PLACED.sub(r"\1\2[地址]", clean)
    clean = _NAMED.sub(r"\1\2[姓名]", clean)
    for pattern, word in _PATTERNS:
        clean = pattern.sub(word, clean)
    clean = _PLACE.sub("[地址]", clean)
    clean = _FULL_NAME.sub(r"[姓名]\1", clean)
    return _CALLED.sub(r"[姓]\1", clean)


def _as_written(name: str) -> re.Pattern[str]:
    """A name in any case; one of letters only as a whole word (Ann is no part of planning)."""
    whole = rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
    return re.compile(whole if name.isascii() else re.escape(name), re.IGNORECASE)


def _spellings(names: Iterable[str]) -> set[str]:
    """Each name in full, companies without their legal form, people as they are called."""
    found: set[str] = set()
    for name in names:
        full = name.strip()
        short = texts.without_legal_form(full) if full else ""
        found.update(spelling for spelling in (full, short, *_called(full)) if len(spelling) >= 2)
    return found


def _called(name: str) -> Iterator[str]:
    """李晓明 is 晓明, 小李 and 老李 as well."""
    person = _PERSON.fullmatch(name)
    if person is not None:
        yield person["given"]
        yield from (f"{before}{person['surname']}" for before in "小老")


def draft_from(
    text: str,
    *,
    title: str,
    category: Category,
    actor: Any,
    problem: str = "",
    names: Sequence[str] = (),
    colleagues: Sequence[str] = (),
    products: Iterable[Any] = (),
    kind: str = Kind.SOLUTION,
) -> Article:
    """A draft for colleagues from what solved a ticket; `names` are those of the customer's side.

    Raises NotAllowed without the right to write articles.
    """
    policies.require(actor, verbs.ADD, Article)
    article = Article(
        kind=kind,
        category=category,
        audience=Audience.STAFF,
        title=strip_personal(title, names, colleagues)[:TITLE_LIMIT] or str(_("Untitled")),
        problem=strip_personal(problem, names, colleagues)[:4000],
        body=strip_personal(text, names, colleagues)[:BODY_LIMIT],
    )
    return create_article(article, actor=actor, products=products)
