"""Regions as people type them, over a small table of the traps of market 2.16."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core.addresses import RegionTable

TABLE = RegionTable(
    {
        "110000": ("北京市", None),
        "110100": ("北京市", "110000"),
        "110105": ("朝阳区", "110100"),
        "500000": ("重庆市", None),
        "500100": ("重庆市", "500000"),
        "500112": ("渝北区", "500100"),
        "500200": ("县", "500000"),
        "500229": ("城口县", "500200"),
        "510000": ("四川省", None),
        "510100": ("成都市", "510000"),
        "510107": ("武侯区", "510100"),
        "510109": ("高新区", "510100"),
        "511500": ("宜宾市", "510000"),
        "511502": ("翠屏区", "511500"),
        "320000": ("江苏省", None),
        "320500": ("苏州市", "320000"),
        "320571": ("苏州工业园区", "320500"),
        "320800": ("淮安市", "320000"),
        "220000": ("吉林省", None),
        "220200": ("吉林市", "220000"),
        "220202": ("昌邑区", "220200"),
        "211300": ("朝阳市", "210000"),
        "210000": ("辽宁省", None),
        "211302": ("双塔区", "211300"),
        "420000": ("湖北省", None),
        "429000": ("省直辖县", "420000"),
        "429004": ("仙桃市", "429000"),
        "441900": ("东莞市", "440000"),
        "440000": ("广东省", None),
        "441923": ("松山湖", "441900"),
        "442000": ("中山市", "440000"),
        "150000": ("内蒙古自治区", None),
        "150100": ("呼和浩特市", "150000"),
        "150105": ("赛罕区", "150100"),
        "450000": ("广西壮族自治区", None),
        "450100": ("南宁市", "450000"),
        "810000": ("香港特别行政区", None),
        "810100": ("香港岛", "810000"),
        "810101": ("中西区", "810100"),
        "710000": ("台湾省", None),
        "710100": ("台北市", "710000"),
    }
)


def codes(cleaned):
    return [note.code for note in cleaned.notes]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (("四川省", "成都市", "武侯区"), "510107"),
        (("四川", "成都", "武侯"), "510107"),
        (("四川省", "成都市", ""), "510100"),
        (("四川省", "", ""), "510000"),
        (("四川省", "", "武侯区"), "510107"),
        (("", "成都市", "武侯区"), "510107"),
        (("成都市", "", "武侯区"), "510107"),
        (("成都", "武侯区", ""), "510107"),
        (("成都", "成都市", ""), "510100"),
        (("北京市", "北京市", "朝阳区"), "110105"),
        (("北京", "", "朝阳区"), "110105"),
        (("北京市", "市辖区", "朝阳区"), "110105"),
        (("北京市", "", ""), "110000"),
        (("重庆市", "重庆市", "城口县"), "500229"),
        (("重庆市", "县", "城口县"), "500229"),
        (("江苏省", "苏州市", "工业园区"), "320571"),
        (("吉林省", "吉林市", "昌邑区"), "220202"),
        (("吉林省", "吉林", "昌邑"), "220202"),
        (("辽宁省", "朝阳市", ""), "211300"),
        (("湖北省", "仙桃市", ""), "429004"),
        (("湖北省", "省直辖县", "仙桃市"), "429004"),
        (("广东省", "东莞市", "松山湖"), "441923"),
        (("广东省", "中山市", ""), "442000"),
        (("内蒙古", "呼和浩特", "赛罕区"), "150105"),
        (("广西", "南宁", ""), "450100"),
        (("香港", "", ""), "810000"),
        (("香港特别行政区", "", "中西区"), "810101"),
        (("台湾", "台北", ""), "710100"),
    ],
)
def test_found(cells, code):
    cleaned = TABLE.match(*cells)
    assert cleaned.value is not None
    assert cleaned.value.code == code


def test_full_names_need_no_note():
    assert TABLE.match("四川省", "成都市", "武侯区").notes == ()
    assert TABLE.match("北京市", "北京市", "朝阳区").notes == ()
    assert codes(TABLE.match("四川", "成都", "")) == ["region_form"]
    assert TABLE.match("四川", "成都", "").notes[0].suggestion == "四川省成都市"


@pytest.mark.parametrize(
    ("cells", "code", "notes"),
    [
        (("四川省", "成都市", "天山区"), "510100", ["district_unknown"]),
        (("广东省", "中山市", "石岐"), "442000", ["district_unknown"]),
        (("四川省", "杭州市", ""), "510000", ["city_unknown"]),
        (("四川省", "杭州市", "武侯区"), "510107", ["city_unknown"]),
        (("四川省", "杭州市", "西湖区"), "510000", ["city_unknown", "district_unknown"]),
    ],
)
def test_a_wrong_level_is_dropped_alone(cells, code, notes):
    cleaned = TABLE.match(*cells)
    assert cleaned.value.code == code
    assert codes(cleaned) == notes


@pytest.mark.parametrize("cells", [("火星", "", ""), ("", "", "武侯区"), ("x" * 9000, "成", "")])
def test_nothing_found(cells):
    cleaned = TABLE.match(*cells)
    assert cleaned.value is None
    assert codes(cleaned) == ["region_unknown"]


def test_blank_cells():
    assert TABLE.match("", "", "").value is None
    assert TABLE.match("无", "-", "").notes == ()


@pytest.mark.parametrize(
    ("address", "code", "rest"),
    [
        ("四川省成都市武侯区人民路1号", "510107", "人民路1号"),
        ("四川成都 武侯区 人民路1号", "510107", "人民路1号"),
        ("成都市武侯区人民路1号", "510107", "人民路1号"),
        ("北京市朝阳区建国路88号", "110105", "建国路88号"),
        ("人民路1号", None, "人民路1号"),
        ("", None, ""),
    ],
)
def test_split(address, code, rest):
    region, tail = TABLE.split(address)
    assert (region.code if region else None) == code
    assert tail == rest


PLACES = st.sampled_from(("", "北京市", "朝阳区", "四川省", "成都", "武侯区", "内蒙古"))
NOISE = st.text("北京市朝阳区县省四川成都内蒙古 x", max_size=12)


@given(st.lists(PLACES | NOISE, min_size=3, max_size=3))
def test_never_raises(cells):
    cleaned = TABLE.match(*cells)
    if cleaned.value is not None:
        assert cleaned.value.code in TABLE.names
    TABLE.split("".join(cells))
