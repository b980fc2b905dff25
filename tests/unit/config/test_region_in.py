"""Which city a sentence is about."""

import pytest

from config.catalog import RegionKind, region_in, region_named, regions

CITIES = [region for region in regions().values() if region.kind is RegionKind.CITY]


@pytest.mark.parametrize("name", [city.name for city in CITIES])
def test_city_is_found_by_its_name(name: str) -> None:
    code = region_in(f"我们公司在{name}，想办环评。")
    assert code is not None
    assert regions()[code].name == name


def test_every_alias_leads_to_its_city_or_zone() -> None:
    wrong = [
        alias
        for region in regions().values()
        for alias in region.aliases
        if region_in(alias) != (region.parent if region.kind is RegionKind.COUNTY else region.code)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("瓦房店轴承配套，求对接", "210200"),
        ("鲅鱼圈港口边上的厂子一直没通天然气", "210800"),
        ("我在喀左开饲料厂", "211300"),
        ("辽宁朝阳的光伏项目并网排不上", "211300"),
        ("浑南区税务局让我们补材料", "210100"),
        ("沈阳市铁西区某机床厂欠我们货款", "210100"),
        ("鞍山市铁西区供热管道没接上", "210300"),
        ("我们在抚顺，被大连一家公司欠款", "210400"),
        ("沈阳市浑南区沈抚示范区金枫街的企业", "219900"),
        ("沈抚改革创新示范区答应的房租补贴没到", "219900"),
        ("沈阳市道义开发区", "210100"),
        ("住在本溪县", "210500"),
    ],
)
def test_county_and_zone_lead_to_where_they_belong(text: str, city: str) -> None:
    assert region_in(text) == city


@pytest.mark.parametrize(
    "text",
    [
        "",
        "政府欠我们工程款三年了",
        "辽宁省有没有研发补贴",
        "北京市朝阳区的客户不付款",
        "我们做的是朝阳产业",
        "铁西区供电局不给增容",
        "公司在青岛市鞍山路，天津营口道还有门店",
        "抚顺东路修路把门口堵了",
        "遵义县的供应商",
        "国家出了振兴区域经济的政策",
        "促进和平区域合作的补贴",
    ],
)
def test_nothing_is_guessed_where_no_city_is_meant(text: str) -> None:
    assert region_in(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("沈阳市铁西区某机床厂", "210106"),
        ("鞍山铁西区供热管道", "210303"),
        ("铁东区在鞍山", "210302"),
        ("瓦房店轴承", "210281"),
        ("大连的甘井子区", "210211"),
        ("营口西市区", "210803"),
        ("葫芦岛连山区", "211402"),
        ("锦州义县", "210727"),
        ("阜新海州区", "210902"),
        ("铁岭清河区", "211204"),
        ("丹东振兴区", "210603"),
        ("沈阳的企业", "210100"),
        ("沈阳市浑南区沈抚示范区", "219900"),
        ("住在本溪县", "210521"),
        ("我们在抚顺，被大连甘井子区一家公司欠款", "210400"),
    ],
)
def test_nearest_region_is_the_county_where_it_is_named(text: str, name: str) -> None:
    assert region_named(text) == name


def test_every_name_of_a_county_leads_to_it_beside_its_city() -> None:
    wrong = [
        (name, found)
        for region in regions().values()
        if region.kind is RegionKind.COUNTY
        for name in (region.name, *region.aliases)
        if (found := region_named(f"{regions()[str(region.parent)].name}{name}的企业")) != region.code
    ]
    assert wrong == []


@pytest.mark.parametrize("text", ["", "铁西区供电局不给增容", "义县的供应商", "辽宁省的补贴", "大连山区道路"])
def test_county_is_not_guessed_without_its_city(text: str) -> None:
    assert region_named(text) in {None, "210200"}
