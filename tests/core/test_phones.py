"""Phones and e-mails: the vectors of market 2.16 and the spellings of the sample files."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core import emails, phones
from crm.core.phones import Kind


def numbers(value, **kwargs):
    cleaned = phones.parse_phones(value, **kwargs)
    return [phone.number for phone in cleaned.value or ()]


def codes(cleaned):
    return [note.code for note in cleaned.notes]


@pytest.mark.parametrize(
    "raw",
    [
        "13800138000",
        13800138000,
        13800138000.0,
        "13800138000.0",
        "138 0013 8000",
        "138-0013-8000",
        "+86-138-0013-8000",
        "+86 13800138000",
        "0086 138 0013 8000",
        "008613800138000",
        "8613800138000",
        "（+86）13800138000",
        "１３８００１３８０００",
        "13800138000\u00a0",
        "\u200b13800138000",
        "手机：13800138000",
        "138—0013—8000",
        "1.3800138000E+10",
        "138.0013.8000",
    ],
)
def test_mobiles(raw):
    cleaned = phones.parse_phones(raw, mobile=True)
    assert cleaned.value == (phones.Phone("13800138000", Kind.MOBILE),)
    assert not cleaned.dropped
    assert not cleaned.suspect


@pytest.mark.parametrize("prefix", ["165", "190", "192", "196", "197", "199", "154", "141", "194"])
def test_new_segments_are_no_reason_to_refuse(prefix):
    assert numbers(prefix + "12345678") == [prefix + "12345678"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1.38E+10", "phone_precision"),
        ("1.38e10", "phone_precision"),
        ("1509903105", "phone_digits"),
        ("138001380001", "phone_digits"),
        ("14,12345678", "phone_invalid"),
        ("abc", "phone_invalid"),
        ("12800138000", "phone_invalid"),
        ("=1+1", "phone_invalid"),
        ("1" * 5000, "phone_invalid"),
        ("138\x000013", "unstorable"),
        ("+1 23", "phone_invalid"),
    ],
)
def test_lost_numbers(raw, code):
    cleaned = phones.parse_phones(raw)
    assert cleaned.value is None
    assert code in codes(cleaned)
    assert cleaned.dropped


@pytest.mark.parametrize(
    ("raw", "number", "kind"),
    [
        ("(021)6888 1234", "021-68881234", Kind.LANDLINE),
        ("010-21397668", "010-21397668", Kind.LANDLINE),
        ("01021397668", "010-21397668", Kind.LANDLINE),
        ("0755-64198427-801", "0755-64198427-801", Kind.LANDLINE),
        ("0755-64198427转801", "0755-64198427-801", Kind.LANDLINE),
        ("0755 6419 8427 分机 801", "0755-64198427-801", Kind.LANDLINE),
        ("0755-64198427 ext.801", "0755-64198427-801", Kind.LANDLINE),
        ("+86 21 6888 1234", "021-68881234", Kind.LANDLINE),
        ("86-755-64198427", "0755-64198427", Kind.LANDLINE),
        ("+86 10 21397668", "010-21397668", Kind.LANDLINE),
        ("0571-8712345", "0571-8712345", Kind.LANDLINE),
        ("400-820-8820", "400-820-8820", Kind.SERVICE),
        ("4008208820", "400-820-8820", Kind.SERVICE),
        ("400 820 8820转3", "400-820-8820-3", Kind.SERVICE),
        ("95588", "95588", Kind.SERVICE),
        (95588, "95588", Kind.SERVICE),
        ("10086", "10086", Kind.SERVICE),
        ("12345", "12345", Kind.SERVICE),
        ("+1 415-555-2671", "+14155552671", Kind.FOREIGN),
        ("00852 2345 6789", "+85223456789", Kind.FOREIGN),
    ],
)
def test_other_numbers(raw, number, kind):
    cleaned = phones.parse_phones(raw)
    assert cleaned.value == (phones.Phone(number, kind),)
    assert not cleaned.dropped


@pytest.mark.parametrize(
    "raw",
    [
        "13800138000/13900139000",
        "13800138000、13900139000",
        "13800138000 13900139000",
        "13800138000；13900139000,13800138000",
        "13800138000\n13900139000",
        "138 0013 8000 或 139 0013 9000",
    ],
)
def test_several_numbers(raw):
    cleaned = phones.parse_phones(raw)
    assert numbers(raw) == ["13800138000", "13900139000"]
    assert codes(cleaned) == ["phone_split"]
    assert phones.clean_phone(raw).value is None


def test_good_and_bad_number_in_one_cell():
    cleaned = phones.parse_phones("13800138000/1509903105")
    assert [phone.number for phone in cleaned.value] == ["13800138000"]
    assert codes(cleaned) == ["phone_digits"]


@pytest.mark.parametrize("raw", ["13800138000(张总)", "张总 13800138000", "13800138000 王经理"])
def test_text_beside_the_number(raw):
    cleaned = phones.parse_phones(raw)
    assert numbers(raw) == ["13800138000"]
    assert codes(cleaned)[0] == "phone_text"


def test_remarks():
    assert codes(phones.parse_phones("021-68881234", mobile=True)) == ["not_a_mobile"]
    assert codes(phones.parse_phones("68881234")) == ["no_area_code"]
    assert codes(phones.parse_phones("无")) == ["blank_word"]
    assert phones.parse_phones(None) == phones.Cleaned(None)
    assert phones.parse_phones("2168881234").notes[0].suggestion == "021-68881234"


def test_search_key():
    assert phones.phone_digits("+86 138-0013-8000") == "13800138000"
    assert phones.phone_digits("0755-64198427-801") == "075564198427801"
    assert phones.phone_digits("１３８") == "138"


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800138000", "138****8000"),
        ("021-68881234", "0216****34"),
        ("95588", "95****"),
        ("+14155552671", "+141****71"),
        ("", ""),
    ],
)
def test_mask(number, masked):
    assert phones.mask_phone(number) == masked


def test_place():
    assert phones.phone_place("13800138000") == "北京市"
    assert phones.phone_place("021-68881234") == "上海市"
    assert phones.phone_place("95588") == ""


#: Characters alone make a number once in a hundred times.
PARTS = (
    "13800138000", "+86 ", "021-68881234", "(0755)64198427", "转801", "400-820-8820", "95588",
    "+1 650 253 0000", "、", ", ", "/", " ",
)  # fmt: skip
NOISE = st.text(alphabet="0123456789+-() .eE/转ext\u00a0,、A中", max_size=4)


@given(st.lists(st.sampled_from(PARTS) | NOISE, max_size=8).map("".join))
def test_never_raises_and_canonical_is_stable(value):
    for phone in phones.parse_phones(value).value or ():
        again = phones.parse_phones(phone.number)
        assert again.value == (phone,)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_every_mobile_is_kept(value):
    assert numbers(value) == [value]
    assert numbers(f" +86 {value[:3]} {value[3:7]}-{value[7:]}\u3000") == [value]


@pytest.mark.parametrize(
    "piece", ["1", "(", "+", "-", " ", "1 ", "转", "13800138000/", "1.", "x1", "E1"]
)
def test_adversarial_cells_are_quick(piece):
    started = time.process_time()
    value = piece * (100_000 // len(piece))
    phones.parse_phones(value)
    emails.parse_emails(value.replace("1", "a@"))
    assert time.process_time() - started < 1.0


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("user@example.com", "user@example.com"),
        ("USER1004@EXAMPLE.COM ", "user1004@example.com"),
        ("ｕｓｅｒ＠ｅｘａｍｐｌｅ．ｃｏｍ", "user@example.com"),
        ("user@example。com", "user@example.com"),
        ("张三 <zhang@example.cn>", "zhang@example.cn"),
        ("mailto:a.b+c@sub.example.com.cn", "a.b+c@sub.example.com.cn"),
        ("12345@qq.com", "12345@qq.com"),
        ("a@例子.公司", "a@例子.公司"),
    ],
)
def test_emails(raw, value):
    cleaned = emails.clean_email(raw)
    assert cleaned.value == value
    assert not cleaned.dropped


@pytest.mark.parametrize(
    "raw",
    ["user@@bad", "user", "@example.com", "a@b", "a..b@example.com", ".a@example.com",
     "a@-b.com",
     "张三@example.com", "a@b.c", "a@1.2.3.4", "a" * 65 + "@example.com",
     "a@" + "b" * 300 + ".com"],
)  # fmt: skip
def test_no_emails(raw):
    cleaned = emails.clean_email(raw)
    assert cleaned.value is None
    assert codes(cleaned) == ["email_invalid"]


def test_emails_of_one_cell():
    cleaned = emails.parse_emails("a@example.com；B@example.com")
    assert cleaned.value == ("a@example.com", "b@example.com")
    assert codes(cleaned) == ["email_split"]
    assert codes(emails.parse_emails("无")) == ["blank_word"]
    assert emails.clean_email("a@example.com,b@example.com").dropped


def test_mask_email():
    assert emails.mask_email("user@example.com") == "u****@example.com"
    assert emails.mask_email("bad") == "b****"
