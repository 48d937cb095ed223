"""Pinyin of firms and people, the surname vectors of market 2.17, and the speed of a big import."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.core import pinyin


@pytest.mark.parametrize(
    ("name", "full", "initials"),
    [
        ("重庆长安", "chongqingchangan", "cqca"),
        ("中国工商银行", "zhongguogongshangyinhang", "zggsyh"),
        ("厦门航空", "xiamenhangkong", "xmhk"),
        ("上海大厦", "shanghaidasha", "shds"),
        ("三一重工", "sanyizhonggong", "syzg"),
        ("成都音乐厅", "chengduyinyueting", "cdyyt"),
        ("东阿阿胶", "dongeejiao", "deej"),
        ("六安瓜片", "luanguapian", "lagp"),
        ("北京朝阳区", "beijingchaoyangqu", "bjcyq"),
        ("绿地集团", "lvdijituan", "ldjt"),
        ("华为技术", "huaweijishu", "hwjs"),
        ("ＴＣＬ科技", "tclkeji", "tclkj"),
        ("Müller (中国) Trading", "mullerzhongguotrading", "mzgt"),
        ("3M中国", "3mzhongguo", "3mzg"),
        ("𠮷野家🚚", "jiyejia", "jyj"),
        ("深圳绿缘（集团）", "shenzhenlvyuanjituan", "szlyjt"),
        ("", "", ""),
        ("🚚 !!", "", ""),
    ],
)
def test_firms(name, full, initials):
    found = pinyin.company(name)
    assert (found.full, found.initials) == (full, initials)


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("仇英", "qiuying"), ("曾国藩", "zengguofan"),
        ("解晓东", "xiexiaodong"), ("区楚良", "ouchuliang"),
        ("查良镛", "zhaliangyong"), ("朴树", "piaoshu"),
        ("盖叫天", "gejiaotian"), ("单雄信", "shanxiongxin"),
        ("缪斌", "miaobin"), ("覃伟", "qinwei"), ("翟志刚", "zhaizhigang"), ("卜凡", "bufan"),
        ("员半千", "yunbanqian"), ("繁星", "poxing"), ("乐嘉", "yuejia"), ("召平", "shaoping"),
        ("种师道", "chongshidao"), ("秘宜", "biyi"), ("阚清子", "kanqingzi"), ("祭仲", "zhazhong"),
        ("能元皓", "naiyuanhao"), ("万俟卨", "moqixie"),
        ("尉迟恭", "yuchigong"), ("长孙无忌", "zhangsunwuji"),
        ("单于明", "chanyuming"), ("欧阳修", "ouyangxiu"),
        ("张长江", "zhangchangjiang"), ("张三", "zhangsan"),
    ],
)  # fmt: skip
def test_people(name, full):
    assert pinyin.person(name).full == full


def test_second_reading_of_a_surname_is_kept():
    found = pinyin.person("覃伟")
    assert (found.full, found.initials) == ("qinwei", "qw")
    assert found.alternates == (("tanwei", "tw"),)
    assert pinyin.person("张伟").alternates == ()


def test_sort_order():
    names = ["重庆", "北京", "西安", "先锋", "Apple", "成都"]
    assert sorted(names, key=pinyin.sort_key) == ["Apple", "北京", "成都", "重庆", "西安", "先锋"]
    assert pinyin.sort_key("曾", is_person=True) == "zeng"


@given(st.text(max_size=300))
def test_never_raises(value):
    found = pinyin.company(value)
    assert found.full == found.full.casefold()
    assert len(pinyin.person(value).initials) <= 400


def test_speed():
    """60,000 names a second on an idle machine; a third of it is the alarm of a busy one."""
    names = [
        f"重庆长安{first}{second}科技行" for first in "天地玄黄宇宙洪荒" for second in "甲乙丙丁"
    ]
    pinyin.company(names[0])
    started = time.process_time()
    for name in names * 300:
        pinyin.company(name)
    assert len(names) * 300 / (time.process_time() - started) > 20_000
