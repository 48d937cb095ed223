"""Readings that the general tables get wrong: surnames, place names, words of firm names.

Data only, used by `crm.core.pinyin`; toneless, ü written v.
"""

from __future__ import annotations


def _table(text: str) -> dict[str, str]:
    pairs = (item.split("=") for item in text.split())
    return {word: reading.replace("-", " ") for word, reading in pairs}


#: Characters that are nearly always read like this in names of firms and places.
FIRM_CHARACTERS = _table(
    "长=chang 厦=xia 都=du 曾=zeng 柏=bai 率=lv 还=huan 蕃=fan 卜=bu 阚=kan 𠮷=ji"
)

#: Words whose reading the phrase table lacks or gives otherwise.
FIRM_WORDS = _table(
    "朝阳=chao-yang 朝晖=zhao-hui 朝霞=zhao-xia 大厦=da-sha 广厦=guang-sha 商厦=shang-sha "
    "校长=xiao-zhang 成长=cheng-zhang 增长=zeng-zhang 生长=sheng-zhang 董事长=dong-shi-zhang "
    "长兴=chang-xing 长盛=chang-sheng 重卡=zhong-ka 重汽=zhong-qi 重机=zhong-ji 重装=zhong-zhuang "
    "重材=zhong-cai 重化=zhong-hua 重工=zhong-gong 重型=zhong-xing 重科=zhong-ke 重庆=chong-qing "
    "重阳=chong-yang 重生=chong-sheng 重启=chong-qi 多重=duo-chong 双重=shuang-chong "
    "行业=hang-ye 商行=shang-hang 车行=che-hang 洋行=yang-hang 银行=yin-hang 总行=zong-hang "
    "分行=fen-hang 支行=zhi-hang 拍卖行=pai-mai-hang 典当行=dian-dang-hang 农商行=nong-shang-hang "
    "药行=yao-hang 花行=hua-hang 电器行=dian-qi-hang 五金行=wu-jin-hang 珠宝行=zhu-bao-hang "
    "乐器=yue-qi 音乐=yin-yue 声乐=sheng-yue 乐团=yue-tuan 乐队=yue-dui 乐清=yue-qing "
    "乐亭=lao-ting 乐陵=lao-ling 单县=shan-xian 六安=lu-an 六合区=lu-he-qu 台州=tai-zhou "
    "天台县=tian-tai-xian 丽水=li-shui 蚌埠=beng-bu 番禺=pan-yu 亳州=bo-zhou 中牟=zhong-mu "
    "铅山=yan-shan 洪洞=hong-tong 莘县=shen-xian 莘庄=xin-zhuang 东莞=dong-guan 泌阳=bi-yang "
    "任丘=ren-qiu 大埔=da-bu 黄陂=huang-pi 黄埔=huang-pu 阿胶=e-jiao 东阿=dong-e 筠连=jun-lian "
    "犍为=qian-wei 郫县=pi-xian 郫都=pi-du 尉犁=yu-li 浚县=xun-xian 武陟=wu-zhi 解州=hai-zhou "
    "会稽=kuai-ji 会计=kuai-ji 财会=cai-kuai 尉氏=wei-shi 涡阳=guo-yang 歙县=she-xian "
    "砀山=dang-shan 枞阳=zong-yang 瓯海=ou-hai 鄞州=yin-zhou 嵊州=sheng-zhou 衢州=qu-zhou "
    "缙云=jin-yun 诸暨=zhu-ji 甪直=lu-zhi 盱眙=xu-yi 邗江=han-jiang 邳州=pi-zhou 睢宁=sui-ning "
    "栖霞=qi-xia 鄄城=juan-cheng 郯城=tan-cheng 莒县=ju-xian 牟平=mu-ping 汶上=wen-shang "
    "无为市=wu-wei-shi 儋州=dan-zhou 万州=wan-zhou 涪陵=fu-ling 綦江=qi-jiang 璧山=bi-shan "
    "西藏=xi-zang 藏药=zang-yao 藏医=zang-yi 藏族=zang-zu 参茸=shen-rong 人参=ren-shen "
    "海参=hai-shen 党参=dang-shen 参行=shen-hang 西洋参=xi-yang-shen 调味=tiao-wei 调料=tiao-liao "
    "调理=tiao-li 调节=tiao-jie 调查=diao-cha 调研=diao-yan 空调=kong-tiao 种植=zhong-zhi "
    "种养=zhong-yang 养殖=yang-zhi 畜牧=xu-mu 畜禽=chu-qin 牲畜=sheng-chu 传记=zhuan-ji "
    "弹簧=tan-huang 弹性=tan-xing 便宜=pian-yi 校准=jiao-zhun 检校=jian-jiao 校验=jiao-yan "
    "模具=mu-ju 模板=mu-ban 模样=mu-yang 干燥=gan-zao 干货=gan-huo 饼干=bing-gan 干洗=gan-xi "
    "朗朗=lang-lang 血液=xue-ye 供应=gong-ying 供销=gong-xiao 供电=gong-dian 供热=gong-re "
    "供水=gong-shui 应用=ying-yong 应急=ying-ji 更新=geng-xin 扎染=za-ran 包扎=bao-za "
    "刹车=sha-che 勘探=kan-tan 削切=xue-qie 剥离=bo-li 角色=jue-se 咖喱=ga-li 露营=lu-ying "
    "着色=zhuo-se 冠军=guan-jun 冠名=guan-ming 夹具=jia-ju 卡口=qia-kou 关卡=guan-qia "
    "强的=qiang-de 和记=he-ji 华为=hua-wei 有为=you-wei 作为=zuo-wei 天为=tian-wei "
    "一行=yi-xing 同行=tong-xing 易行=yi-xing 出行=chu-xing 旅行=lv-xing 骑行=qi-xing "
    "行政=xing-zheng 远行=yuan-xing 先行=xian-xing 力行=li-xing 践行=jian-xing 盛行=sheng-xing "
    "给水=ji-shui 给排水=ji-pai-shui 排给=pai-ji 量具=liang-ju 测量=ce-liang 计量=ji-liang "
    "称重=cheng-zhong 秤重=cheng-zhong 载重=zai-zhong 起重=qi-zhong 重量=zhong-liang "
    "石墨烯=shi-mo-xi 万俟=mo-qi 尉迟=yu-chi 处理=chu-li 数据=shu-ju 率先=shuai-xian"
)

#: Surnames read otherwise than the word.
SURNAMES = _table(
    "仇=qiu 曾=zeng 解=xie 区=ou 查=zha 朴=piao 盖=ge 单=shan 缪=miao 覃=qin 翟=zhai 卜=bu 员=yun "
    "繁=po 乐=yue 召=shao 种=chong 秘=bi 阚=kan 祭=zha 能=nai 折=she 黑=he 逄=pang 逯=lu 佴=nai "
    "么=yao 幺=yao 句=gou 勾=gou 纪=ji 过=guo 应=ying 车=che 宓=mi 谌=chen 郇=xun 隗=wei 郗=xi "
    "乜=nie 占=zhan 贲=ben 牟=mou 那=na 难=ning 粘=nian 俞=yu 於=yu 恽=yun 贾=jia 谷=gu 瞿=qu "
    "莘=shen 臧=zang 藏=zang 石=shi 相=xiang 沈=shen 宿=su 都=du 角=jue 薄=bo 柏=bai 伯=bo 晁=chao "
    "朝=chao 钭=tou 番=pan 费=fei 干=gan 共=gong 观=guan 矫=jiao 郏=jia 郄=qie 嵇=ji 訾=zi 佘=she "
    "厍=she 眭=sui 睢=sui 邰=tai 冼=xian 洗=xian 鲜=xian 燕=yan 晏=yan 咸=xian 尉=wei 任=ren "
    "宁=ning 华=hua 葛=ge 盛=sheng 合=he 哈=ha 撒=sa 遆=ti 仉=zhang 蹇=jian 行=xing 万=wan 洪=hong "
    "令=ling 重=chong 长=chang 褚=chu 卓=zhuo 强=qiang 少=shao 要=yao 适=kuo 术=zhu 麴=qu 曲=qu "
    "呙=guo 尹=yin 宣=xuan 禤=xuan 戚=qi 载=zai 夏=xia 殷=yin 屈=qu 车=che 艾=ai 邸=di 斗=dou "
    "参=shen 畅=chang 瞿=qu 娄=lou 漆=qi 卞=bian 亓=qi 靳=jin 郜=gao 逢=pang 库=she 炅=gui 桂=gui"
)

COMPOUND_SURNAMES = _table(
    "万俟=mo-qi 尉迟=yu-chi 长孙=zhang-sun 单于=chan-yu 澹台=tan-tai 令狐=ling-hu 皇甫=huang-fu "
    "濮阳=pu-yang 申屠=shen-tu 公孙=gong-sun 仲孙=zhong-sun 轩辕=xuan-yuan 钟离=zhong-li "
    "宇文=yu-wen 慕容=mu-rong 鲜于=xian-yu 闾丘=lv-qiu 司徒=si-tu 司空=si-kong 亓官=qi-guan "
    "司寇=si-kou 颛孙=zhuan-sun 端木=duan-mu 巫马=wu-ma 公西=gong-xi 漆雕=qi-diao 乐正=yue-zheng "
    "壤驷=rang-si 公良=gong-liang 拓跋=tuo-ba 夹谷=jia-gu 宰父=zai-fu 谷梁=gu-liang 段干=duan-gan "
    "百里=bai-li 东郭=dong-guo 南门=nan-men 呼延=hu-yan 羊舌=yang-she 微生=wei-sheng "
    "梁丘=liang-qiu 左丘=zuo-qiu 东方=dong-fang 西门=xi-men 第五=di-wu 南宫=nan-gong "
    "欧阳=ou-yang 上官=shang-guan 诸葛=zhu-ge 夏侯=xia-hou 司马=si-ma 独孤=du-gu 纳兰=na-lan "
    "完颜=wan-yan 赫连=he-lian 哥舒=ge-shu 贺兰=he-lan 太史=tai-shi 淳于=chun-yu 子车=zi-ju"
)
