"""A small town for the builder's tests: Wuhou and Longquanyi with the city above them, as docs/payloads.md describes payloads.

The subjects follow the source articles; people, times and numbers of stalls are invented and marked as samples.
"""

from __future__ import annotations

import copy
from typing import Any

Item = dict[str, Any]

WUHOU = {"slug": "wuhou", "name": "武侯区"}
LONGQUANYI = {"slug": "longquanyi", "name": "龙泉驿区"}
CHENGDU = {"slug": "chengdu", "name": "成都市"}
CITY = {"slug": "chengdu", "name": "成都市", "url": "http://localhost:8000"}


def image(
    name: str, alt: str, width: int = 1600, height: int = 1200, colour: str = "#d9c9a8", ready: bool = True
) -> Item:
    """A picture; its renditions are served by the town at addresses that carry its name."""
    kinds = {"avif": "avif", "webp": "webp", "jpeg": "jpg"}
    sources = {
        kind: [
            {"width": w, "url": f"/media/renditions/{name}/{w}.{ending}"}
            for w in (480, 960, 1600)
            if w <= width
        ]
        for kind, ending in kinds.items()
    }
    return {
        "alt": alt,
        "credit": "邻里绘",
        "width": width,
        "height": height,
        "colour": colour,
        "ready": ready,
        "sources": sources if ready else {},
    }


def paragraph(html: str) -> Item:
    return {"id": "p", "type": "paragraph", "value": {"html": html}}


def district(
    ref: Item, *, accent: str, accent_dark: str, site_name: str, tagline: str, is_city: bool = False
) -> Item:
    slug = ref["slug"]
    return {
        "type": "district",
        "slug": slug,
        "path": "/",
        "title": ref["name"],
        "name": ref["name"],
        "code": "",
        "is_city": is_city,
        "city": CITY,
        "url": "http://localhost:8000" if is_city else f"http://{slug}.localhost:8000",
        "hostnames": ["localhost" if is_city else f"{slug}.localhost"],
        "accent": accent,
        "accent_dark": accent_dark,
        "site_name": site_name,
        "tagline": tagline,
        "intro": "<p>这里写的都是邻里之间的小事：谁搭了一块板，谁种了一畦菜，谁在冬至那天给隔壁端去一碗羊肉汤。</p>",
        "cover": None,
        "about": [
            {"id": "h", "type": "heading", "value": {"text": "我们写什么", "level": 2, "anchor": "h-1"}},
            paragraph("<p>写看得见的变化，写叫得出名字的人。</p>"),
        ],
        "contact": {
            "organisation": f"{ref['name']}邻里编辑部",
            "phone": "028-8555 0000",
            "email": "linli@example.cn",
            "address": f"成都市{ref['name']}邻里街1号",
        },
        "notices": [],
        "updated_at": "2024-12-01T09:00:00+08:00",
    }


def notice(title: str, *, kind: str = "notice", html: str = "", **more: Any) -> Item:
    """A notice of the city."""
    labels = {"urgent": "紧急提醒", "activity": "活动", "notice": "通知"}
    rest = dict.fromkeys(("link", "document", "image", "starts_at", "ends_at"))
    return {"id": 1, "title": title, "kind": kind, "kind_label": labels[kind], "html": html, **rest, **more}


def community(ref: Item, slug: str, name: str, subdistrict: str, kind: str = "urban") -> Item:
    return {
        "type": "community",
        "district": ref,
        "slug": slug,
        "path": f"/communities/{slug}/",
        "title": name,
        "name": name,
        "subdistrict": subdistrict,
        "kind": kind,
        "code": "",
    }


def community_ref(item: Item) -> Item:
    return {name: item[name] for name in ("slug", "name", "subdistrict", "path")}


JINYANG = community(WUHOU, "jinyang", "晋阳社区", "晋阳街道")
KANGSHOULE = community(WUHOU, "kangshoule", "康寿乐社区", "浆洗街街道")
YULIN = community(WUHOU, "yulin-beilu", "玉林北路社区", "玉林街道")
LUXIHE = community(LONGQUANYI, "luxihe", "芦溪河社区", "大面街道")

THEME_LABELS = {"people": "人", "culture": "文", "land": "地", "scenery": "景", "industry": "产", "": ""}
KIND_LABELS = {
    "story": "社区故事",
    "project": "公益项目",
    "release": "成果发布",
    "statistics": "数说邻里",
    "junior-reporter": "小记者",
    "role-model": "身边榜样",
}


def story(
    slug: str,
    title: str,
    *,
    ref: Item = WUHOU,
    kind: str = "story",
    theme: str = "people",
    place: Item | None = JINYANG,
    summary: str = "",
    body: list[Item] | None = None,
    cover: Item | None = None,
    craftsmen: list[Item] | None = None,
    featured: bool = False,
    published: str = "2024-12-10T09:00:00+08:00",
    byline: str = "林小满",
    tags: list[str] | None = None,
) -> Item:
    return {
        "type": "story",
        "district": ref,
        "slug": slug,
        "path": f"/stories/{slug}/",
        "title": title,
        "summary": summary,
        "kind": kind,
        "kind_label": KIND_LABELS[kind],
        "theme": theme,
        "theme_label": THEME_LABELS[theme],
        "community": community_ref(place) if place else None,
        "byline": byline,
        "source": "邻里编辑部",
        "reprint_note": "",
        "origin": None,
        "tags": tags or [],
        "cover": cover,
        "craftsmen": craftsmen or [],
        "body": body or [paragraph(f"<p>{summary or title}</p>")],
        "featured": featured,
        "published_at": published,
        "updated_at": published,
    }


def craftsman(slug: str, name: str, craft: tuple[str, str], category: tuple[str, str], **more: Any) -> Item:
    item: Item = {
        "type": "craftsman",
        "district": WUHOU,
        "slug": slug,
        "path": f"/craftsmen/{slug}/",
        "title": name,
        "summary": "在院坝里做了三十年手艺，街坊都认得他的工具箱。",
        "crafts": [
            {"slug": craft[0], "name": craft[1], "category": category[0], "category_label": category[1]}
        ],
        "community": community_ref(JINYANG),
        "portrait": None,
        "works": [],
        "body": [paragraph("<p>十六岁跟师父学手艺，先磨了两年工具，才准碰料。</p>")],
        "contact": None,
        "workshop": {"open": True, "note": "周六下午，可预约"},
        "is_sample": True,
        "published_at": "2024-11-01T09:00:00+08:00",
        "updated_at": "2024-11-01T09:00:00+08:00",
    }
    return {**item, **more}


def place(slug: str, title: str, kind: tuple[str, str], **more: Any) -> Item:
    item: Item = {
        "type": "place",
        "district": WUHOU,
        "slug": slug,
        "path": f"/places/{slug}/",
        "title": title,
        "summary": "两张长桌，一壶盖碗茶，谁来都能坐。",
        "kind": kind[0],
        "kind_label": kind[1],
        "community": community_ref(JINYANG),
        "address": "晋阳街道吉福路12号",
        "point": {"longitude": 104.03, "latitude": 30.63, "datum": "GCJ-02"},
        "phone": "028-8555 0101",
        "hours": [
            {"days": "周一至周五", "opens": "09:00", "closes": "17:30", "note": ""},
            {"days": "周六", "opens": "10:00", "closes": "16:00", "note": "有茶"},
        ],
        "accessibility": {"features": [{"slug": "step-free", "name": "无台阶"}], "note": "门口有坡道"},
        "cover": None,
        "body": [paragraph("<p>原来是间堆杂物的架空层，邻居们一起刷的墙。</p>")],
        "is_sample": True,
        "published_at": "2024-10-01T09:00:00+08:00",
        "updated_at": "2024-10-01T09:00:00+08:00",
    }
    return {**item, **more}


def programme_item(
    number: int,
    title: str,
    kind: tuple[str, str],
    stage: int | None,
    at: str,
    until: str,
    *performers: tuple[str, str],
    **more: Any,
) -> Item:
    item: Item = {
        "id": number,
        "anchor": f"item-{number}",
        "title": title,
        "kind": kind[0],
        "kind_label": kind[1],
        "stage": stage,
        "starts_at": f"2024-12-21T{at}:00+08:00" if at else None,
        "ends_at": f"2024-12-21T{until}:00+08:00" if until else None,
        "minutes": None,
        "summary": "",
        "status": "scheduled",
        "performers": [{"name": name, "community": where} for name, where in performers],
    }
    return {**item, **more}


def booths(
    letter: str, left: int, top: int, columns: int, rows: int, offers: list[str], first: int
) -> list[Item]:
    made = []
    for n in range(columns * rows):
        made.append(
            {
                "id": first + n,
                "number": f"{letter}{n + 1:02}",
                "x": left + n % columns * 66,
                "y": top + n // columns * 54,
                "width": 58,
                "height": 44,
                "rotation": 0,
                "offer": offers[n % len(offers)],
            }
        )
    return made


def zone(
    number: int,
    slug: str,
    name: str,
    colour: str,
    box: tuple[int, int, int, int],
    offers: list[str],
    grid: Any,
) -> Item:
    left, top, right, bottom = box
    return {
        "id": number,
        "slug": slug,
        "name": name,
        "summary": f"{name}：{offers[0]}就在这里。",
        "colour": colour,
        "shape": [[left, top], [right, top], [right, bottom], [left, bottom]],
        "offers": offers,
        "booths": booths(chr(64 + number), left + 22, top + 52, grid[0], grid[1], offers, number * 100)
        if grid
        else [],
    }


def carnival() -> Item:
    film, talk, sketch, recital = ("film", "短片"), ("talk", "讲述"), ("sketch", "小品"), ("recital", "朗诵")
    release, music, game, workshop = (
        ("release", "发布"),
        ("music", "音乐"),
        ("game", "游戏"),
        ("workshop", "工坊"),
    )
    return {
        "type": "festival",
        "district": CHENGDU,
        "slug": "2024",
        "path": "/festivals/2024/",
        "title": "第八届成都社区邻里节嘉年华",
        "edition": 8,
        "theme": "微光成炬·幸福友邻",
        "summary": "冬至这天，全城的邻居聚到安公社区的大广场上：看自己演的戏，逛自己摆的摊，喝一碗热羊肉汤。",
        "starts_on": "2024-12-21",
        "ends_on": "2024-12-21",
        "date_note": "冬至",
        "venue": {
            "name": "安公社区党群服务中心大广场",
            "address": "天府新区华阳街道安公社区",
            "point": {"longitude": 104.06, "latitude": 30.5, "datum": "WGS-84"},
        },
        "hosts": ["中共成都市委社会工作部"],
        "co_hosts": ["成都市民政局"],
        "organisers": ["天府新区党工委社会工作部"],
        "cover": None,
        "body": "<p>从2017年起，每年冬天办一次。今年的主题取自社区里一盏一盏的小灯。</p>",
        "is_sample": False,
        "programme_note": "节目时间为示例，以现场为准。",
        "stages": [
            {"id": 1, "name": "主舞台", "note": "大广场北侧"},
            {"id": 2, "name": "坝坝小舞台", "note": "集市旁"},
            {"id": 3, "name": "匠人棚", "note": ""},
        ],
        "acts": [
            {
                "id": 1,
                "title": "党旗飘扬在一线",
                "summary": "一线的人讲一线的事。",
                "items": [
                    programme_item(
                        1,
                        "《我的父亲》",
                        film,
                        1,
                        "10:00",
                        "10:15",
                        ("桂花镇鹿坪社区", "彭州市桂花镇鹿坪社区"),
                    ),
                    programme_item(
                        2,
                        "《小茶座 传大爱》",
                        talk,
                        1,
                        "10:15",
                        "10:35",
                        ("安公社区茶座", "天府新区华阳街道安公社区"),
                    ),
                    programme_item(
                        3,
                        "骑手志愿队的一天",
                        talk,
                        1,
                        "10:35",
                        "10:50",
                        ("骑手志愿服务队", "锦江区"),
                        summary="送餐路上顺手帮过的忙，一件一件讲。",
                    ),
                ],
            },
            {
                "id": 2,
                "title": "家园焕新",
                "summary": "",
                "items": [
                    programme_item(
                        4,
                        "《以信换心·家园焕新》",
                        sketch,
                        1,
                        "11:00",
                        "11:20",
                        ("兴元华盛业主剧社", "成华区兴元华盛二期"),
                    ),
                    programme_item(
                        5, "《幸福大院》", recital, 1, "11:20", "11:35", ("芳草街朗诵队", "高新区芳草街街道")
                    ),
                    programme_item(
                        6,
                        "四项成果发布",
                        release,
                        1,
                        "11:40",
                        "12:10",
                        summary="关爱计划、匠人计划、服务地图、志愿者数据。",
                    ),
                ],
            },
            {
                "id": 3,
                "title": "坝坝里头",
                "summary": "",
                "items": [
                    programme_item(
                        7, "院坝合唱", music, 2, "10:30", "11:00", ("玉林合唱团", "武侯区玉林街道")
                    ),
                    programme_item(8, "跳房子", game, 2, "11:00", "12:00"),
                    programme_item(9, "滚铁环", game, 2, "11:10", "11:40", status="cancelled"),
                    programme_item(
                        10,
                        "竹编小灯笼",
                        workshop,
                        3,
                        "10:00",
                        "11:30",
                        ("陈师傅", "武侯区晋阳社区"),
                        summary="带得走的小灯笼，一次坐八个人。",
                    ),
                    programme_item(11, "冬至团扇", workshop, None, "", ""),
                ],
            },
        ],
        "broadcasts": [
            {
                "platform": "红星新闻网",
                "url": "https://example.cn/live",
                "views": 120000,
                "as_of": "2024-12-21",
                "note": "",
            },
            {"platform": "锦观新闻", "url": "", "views": 98321, "as_of": "2024-12-21", "note": "回看"},
            {"platform": "看度", "url": "javascript:alert(1)", "views": None, "as_of": None, "note": ""},
        ],
        "floor_plan": {
            "width": 1200,
            "height": 800,
            "landmarks": [
                {"kind": "stage", "label": "主舞台", "shape": [[440, 20], [760, 20], [760, 100], [440, 100]]},
                {"kind": "gate", "label": "南门", "shape": [[540, 764], [660, 764], [660, 798], [540, 798]]},
                {"kind": "path", "label": "", "shape": [[570, 110], [630, 110], [630, 764], [570, 764]]},
                {
                    "kind": "first-aid",
                    "label": "医务点",
                    "shape": [[1080, 20], [1180, 20], [1180, 70], [1080, 70]],
                },
            ],
        },
        "zones": [
            zone(
                1,
                "market",
                "幸福集市",
                "#c8452d",
                (30, 130, 550, 400),
                ["羊肉汤", "全家福照相", "社区好物", "城乡集市"],
                (7, 4),
            ),
            zone(2, "creative", "邻里创意展", "#3b6ea5", (650, 130, 1170, 330), ["音乐角", "机器人"], (7, 2)),
            zone(
                3,
                "children",
                "儿童邻里乐",
                "#d99a2b",
                (30, 430, 550, 560),
                ["旧物交换", "义卖", "心愿包"],
                (7, 1),
            ),
            zone(4, "trade-in", "国补换新购", "#5c7a3f", (650, 360, 1170, 500), ["家电换新"], (6, 1)),
            zone(
                5, "kindness", "善行乐天府", "#a2557c", (30, 590, 550, 750), ["公益手作", "关爱项目"], (6, 1)
            ),
            zone(
                6,
                "craftsmen",
                "社区匠人行",
                "#7a5230",
                (650, 530, 1170, 750),
                ["竹编", "糖画", "修伞"],
                (6, 2),
            ),
        ],
        "published_at": "2024-11-20T09:00:00+08:00",
        "updated_at": "2024-12-20T09:00:00+08:00",
    }


CHEN_REF = {
    "slug": "chen-shifu",
    "name": "陈师傅",
    "path": "/craftsmen/chen-shifu/",
    "crafts": ["竹编"],
    "summary": "编了三十年竹篮",
}

_LENDING_BODY: list[Item] = [
    paragraph(
        '<p>板子挂在三单元门口，谁家有梯子、电钻、轮椅，写上去就行。<a href="/communities/jinyang/">晋阳社区</a>'
        "一个院子一百四十八户，有一百一十三户写了东西，加起来八百来件。</p>"
    ),
    {"id": "2", "type": "heading", "value": {"text": "先借的是一把梯子", "level": 2, "anchor": "h-1"}},
    paragraph(
        "<p>第一个来借的人要换灯泡。梯子还回来的时候，多了一袋橘子。后来大家都说，东西借出去，人就走近了。</p><ul><li>借多久，自己写</li>"
        "<li>坏了，商量着修</li></ul>"
    ),
    {
        "id": "3",
        "type": "quote",
        "value": {"text": "东西借出去，门就打开了。", "speaker": "李嬢嬢", "role": "三单元住户"},
    },
    {
        "id": "4",
        "type": "picture",
        "value": {"image": image("board", "院门口挂着写满物品的借物板"), "caption": "三单元门口的板子"},
    },
    {
        "id": "5",
        "type": "statistic",
        "value": {
            "label": "注册志愿者",
            "value": "3868900",
            "unit": "人",
            "as_of": "2024-12-21",
            "source": "第八届邻里节发布",
            "note": "一年新增23万人",
        },
    },
    {
        "id": "6",
        "type": "timeline",
        "value": {
            "title": "一块板的三年",
            "entries": [
                {"when": "2019年春", "title": "挂上第一块板", "text": "只有二十样东西。"},
                {"when": "2021年", "title": "分成八个单元", "text": "千户的小区，一块板不够用。"},
            ],
        },
    },
    {
        "id": "7",
        "type": "callout",
        "value": {
            "title": "想挂一块？",
            "html": "<p>到社区领板子，一块八十元，社区基金出。</p>",
            "tone": "tip",
        },
    },
    {
        "id": "8",
        "type": "gallery",
        "value": {
            "title": "板上有什么",
            "images": [
                {"image": image("ladder", "靠墙的木梯"), "caption": "梯子"},
                {"image": image("drill", "工具箱里的电钻"), "caption": "电钻"},
            ],
        },
    },
    {
        "id": "9",
        "type": "video",
        "value": {
            "title": "借物板的一天",
            "url": "https://example.cn/v/1",
            "poster": image("board", "视频封面"),
            "duration": "3分20秒",
            "transcript": "早上七点，门开了。\n\n第一个来的是王爷爷。",
        },
    },
    {
        "id": "10",
        "type": "festival_item",
        "value": {
            "festival": {
                "title": "第八届成都社区邻里节嘉年华",
                "path": "/festivals/2024/",
                "district": CHENGDU,
            },
            "title": "竹编小灯笼",
            "kind": "workshop",
            "kind_label": "工坊",
            "stage": "匠人棚",
            "starts_at": "2024-12-21T10:00:00+08:00",
            "ends_at": "2024-12-21T11:30:00+08:00",
            "anchor": "item-10",
        },
    },
]


def town() -> list[Item]:
    """All items, oldest first. A fresh copy each time, so that a test may change what it likes."""
    bamboo, heritage = ("bamboo-weaving", "竹编"), ("heritage", "非遗")
    items = [
        district(
            CHENGDU,
            accent="#9c2f24",
            accent_dark="#f2a48f",
            site_name="成都邻里",
            tagline="一座城的街坊都在这里",
            is_city=True,
        ),
        district(
            WUHOU,
            accent="#a63a28",
            accent_dark="#f0a08c",
            site_name="武侯邻里",
            tagline="茶碗一揭盖，邻里都坐拢来",
        ),
        district(
            LONGQUANYI,
            accent="#2f6b4f",
            accent_dark="#93d1b0",
            site_name="龙泉邻里",
            tagline="桃花山下，门对门",
        ),
        JINYANG,
        KANGSHOULE,
        YULIN,
        LUXIHE,
        craftsman(
            "chen-shifu",
            "陈师傅",
            bamboo,
            heritage,
            portrait=image("chen", "竹编匠人陈师傅的剪影，手里拿着篾刀", 960, 1200),
            works=[{"image": image("basket", "一只细篾提篮"), "caption": "提篮"}],
            contact={"phone": "028-8555 0202", "wechat": "", "address": "晋阳社区邻空间"},
        ),
        craftsman(
            "he-niangniang", "何嬢嬢", ("shu-embroidery", "蜀绣"), heritage, community=community_ref(YULIN)
        ),
        craftsman(
            "wang-xiusan",
            "王修伞",
            ("umbrella-repair", "修伞"),
            ("repair", "便民修补"),
            workshop={"open": False, "note": ""},
        ),
        place(
            "jinyang-chazuo",
            "晋阳茶座",
            ("neighbour-space", "邻空间"),
            cover=image("tea", "两张长桌和一排盖碗"),
        ),
        place(
            "kangshoule-fuwu",
            "康寿乐服务站",
            ("service", "公共服务"),
            community=community_ref(KANGSHOULE),
            point=None,
        ),
        place(
            "yulin-zhiyuandui",
            "玉林志愿队",
            ("organisation", "社会组织"),
            community=community_ref(YULIN),
            address="",
            phone="",
            hours=[],
            point=None,
            accessibility={"features": [], "note": ""},
        ),
        story(
            "old-desks",
            "一张旧课桌的第三个家",
            kind="junior-reporter",
            byline="小记者 周可可",
            theme="culture",
            place=YULIN,
            published="2024-10-02T09:00:00+08:00",
            summary="学校换下来的课桌，搬进了玉林的院子。",
        ),
        story(
            "kangshoule-mutual-aid",
            "病友变成了邻居",
            place=KANGSHOULE,
            published="2024-10-20T09:00:00+08:00",
            summary="康寿乐的病友们结成互助小组，谁去医院，谁就多带一份挂号单。",
        ),
        story(
            "volunteers-in-numbers",
            "每天新增六百五十八名志愿者",
            kind="statistics",
            theme="",
            place=None,
            byline="",
            published="2024-11-05T09:00:00+08:00",
            summary="三百八十六万人登记，一年多了二十三万。",
        ),
        story(
            "funan-bridge",
            "廊桥下的读书角",
            theme="scenery",
            place=YULIN,
            published="2024-11-12T09:00:00+08:00",
            summary="桥洞里摆了三个书架，涨水时搬上来，退水时搬下去。",
        ),
        story(
            "shop-on-the-corner",
            "转角小店开了二十年，English 招牌换了三回",
            theme="industry",
            place=YULIN,
            kind="project",
            published="2024-11-20T09:00:00+08:00",
            summary="小店老板记得每个孩子的生日。",
        ),
        story(
            "lending-board",
            "一块借物板，借出八百件东西和一院子熟人",
            featured=True,
            craftsmen=[CHEN_REF],
            tags=["享借", "邻里互助"],
            cover=image("lending", "院坝里几位邻居围着借物板挑工具"),
            published="2024-12-08T09:00:00+08:00",
            body=_LENDING_BODY,
            summary="晋阳社区的一个院子里，梯子、电钻、轮椅都写在板上，谁要谁取。三年过去，东西没丢几件，邻居多认识了一百家。",
        ),
        story(
            "bamboo-lantern",
            "陈师傅的竹灯笼要上嘉年华了",
            theme="culture",
            craftsmen=[CHEN_REF],
            published="2024-12-12T09:00:00+08:00",
            cover=image("lantern", "竹编灯笼挂在院门口", ready=False),
            summary="八个人一张桌，编好就提走。",
        ),
        story(
            "luxihe-beds",
            "旧浴缸里长出了豌豆尖",
            ref=LONGQUANYI,
            theme="land",
            place=LUXIHE,
            published="2024-12-14T09:00:00+08:00",
            cover=image("beds", "旧浴缸改成的菜畦"),
            summary="芦溪河的旧物没有丢，排成了一条菜街。",
        ),
        carnival(),
    ]
    return copy.deepcopy(items)
