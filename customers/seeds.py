"""Default dictionaries of customers: the values of `requirements`, then those of `market` 1.6."""

from crm.dictionaries.seeding import (
    DictionarySeed,
    ItemSeed,
    RuleSeed,
    declare,
    declare_rule,
)
from customers.choices import ENTERPRISE, GRADE, INDUSTRY, NATURE, PERSON, SOURCE

declare(
    DictionarySeed(
        NATURE,
        "客户性质",
        "Customer nature",
        (
            ItemSeed(
                ENTERPRISE,
                "企业客户",
                "Enterprise customer",
                "blue",
                "企业,公司,单位,公司客户",
            ),
            ItemSeed(PERSON, "个人客户", "Individual customer", "purple", "个人,自然人,散客"),
        ),
    )
)
declare(
    DictionarySeed(
        GRADE,
        "客户等级",
        "Customer grade",
        (
            ItemSeed("a", "A", "A", "red", "A级,重点,重点客户,VIP,A（重点客户）"),
            ItemSeed("b", "B", "B", "orange", "B级,普通,普通客户,B（普通客户）"),
            ItemSeed("c", "C", "C", "gray", "C级,一般,基础,C（非优先客户）"),
        ),
    )
)
declare(
    DictionarySeed(
        SOURCE,
        "客户来源",
        "Customer source",
        (
            ItemSeed(
                "website",
                "官网咨询",
                "Website enquiry",
                "blue",
                "官网,网站,官方网站,网站咨询",
            ),
            ItemSeed("exhibition", "展会", "Exhibition", "teal", "展会推广,展览会,参展"),
            ItemSeed("referral", "转介绍", "Referral", "green", "介绍,朋友介绍,客户介绍"),
            ItemSeed("online_form", "线上表单", "Online form", "azure", "表单"),
            ItemSeed("online", "线上推广", "Online promotion", "azure", "网络推广,线上"),
            ItemSeed("channel", "渠道推广", "Channel promotion", "cyan", "渠道"),
            ItemSeed("promotion", "促销", "Promotion", "gray", "促销活动"),
            ItemSeed("search_engine", "搜索引擎", "Search engine", "gray", "搜索"),
            ItemSeed("advertising", "广告", "Advertising", "gray"),
            ItemSeed("sign_up", "线上注册", "Online sign-up", "gray", "注册"),
            ItemSeed("online_enquiry", "线上询价", "Online enquiry", "gray", "线上咨询,询价"),
            ItemSeed("appointment", "预约上门", "Appointment", "gray", "上门"),
            ItemSeed("cold_visit", "陌拜", "Cold visit", "gray", "陌生拜访"),
            ItemSeed(
                "phone_enquiry",
                "电话咨询",
                "Phone enquiry",
                "gray",
                "电话,来电,来电咨询",
            ),
            ItemSeed("mail_enquiry", "邮件咨询", "E-mail enquiry", "gray", "邮件"),
            ItemSeed("hotline", "400电话", "400 hotline", "gray", "400,热线"),
            ItemSeed("offline_event", "线下活动", "Offline event", "gray", "活动"),
            ItemSeed(
                "short_video",
                "抖音/视频号",
                "Short video",
                "gray",
                "抖音,视频号,短视频",
            ),
            ItemSeed("baidu", "百度推广", "Baidu promotion", "gray", "百度"),
            ItemSeed(
                "old_customer",
                "老客户介绍",
                "Existing customer",
                "green",
                "老客户,老客户转介绍",
            ),
            ItemSeed("agent", "代理商", "Agent", "gray", "代理"),
        ),
    )
)
declare(
    DictionarySeed(
        INDUSTRY,
        "客户行业",
        "Customer industry",
        (
            ItemSeed("manufacturing", "制造业", "Manufacturing", synonyms="制造,工业"),
            ItemSeed("retail", "零售业", "Retail", synonyms="零售,批发零售,批发和零售业"),
            ItemSeed(
                "it",
                "IT",
                "IT",
                synonyms="信息技术,互联网,软件,IT行业,计算机,信息技术业",
            ),
            ItemSeed("finance", "金融", "Finance", synonyms="金融业,银行,保险"),
            ItemSeed("real_estate", "房地产", "Real estate", synonyms="地产,房地产业"),
            ItemSeed(
                "business_service",
                "商业服务",
                "Business services",
                synonyms="商务服务,服务业",
            ),
            ItemSeed(
                "logistics",
                "运输/物流",
                "Transport and logistics",
                synonyms="物流,运输,交通运输",
            ),
            ItemSeed("production", "生产", "Production"),
            ItemSeed("government", "政府", "Government", synonyms="政府机关,机关,公共事业"),
            ItemSeed(
                "media",
                "文化传媒",
                "Culture and media",
                synonyms="文化,传媒,媒体,广告传媒",
            ),
            ItemSeed("education", "教育", "Education", synonyms="教育培训,培训,学校"),
            ItemSeed("health", "医疗健康", "Health care", synonyms="医疗,医药,健康,医疗器械"),
            ItemSeed("construction", "建筑业", "Construction", synonyms="建筑,工程"),
            ItemSeed("energy", "能源", "Energy", synonyms="电力,新能源"),
            ItemSeed("agriculture", "农业", "Agriculture", synonyms="农林牧渔"),
            ItemSeed("catering", "餐饮", "Catering", synonyms="餐饮业,酒店,住宿餐饮"),
            ItemSeed("other", "其他", "Other", synonyms="其它"),
        ),
    )
)
declare_rule(RuleSeed("customer", "客户编号"))
