"""The catalogues as shipped: complete, consistent, and saying what the mission says."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest

from config.catalog import (
    OTHER,
    Asks,
    ClockName,
    Duty,
    DutyCatalogue,
    OfficialKind,
    RegionKind,
    StartEvent,
    Unit,
    calendar_overrides,
    clock_rules,
    decline_reasons,
    demo_roster,
    duty_department,
    first_receiver,
    number_formats,
    office_department,
    pause_limits,
    regions,
    types,
    unit_aliases,
    warning_manners,
)
from models.rules.clocks import in_force
from models.rules.numbers import credit_code_is_valid

TODAY = date(2026, 11, 24)
MOST_PAIRINGS = 20


def test_types_are_the_six_and_other_in_order() -> None:
    assert {code: one.name for code, one in types().items()} == {
        "policy": "政策落实",
        "factors": "要素保障",
        "approval": "行政审批",
        "arrears": "拖欠账款",
        "ip": "知识产权",
        "chain": "产业链协同",
        "other": "待定类",
    }
    assert [code for code, one in types().items() if not one.is_choice] == [OTHER]


def test_number_formats_are_those_of_the_ledger() -> None:
    assert number_formats().ledger == "{type}〔{year}〕{n}号"


def test_regions_are_one_province_fourteen_cities_one_zone_and_a_hundred_counties() -> None:
    assert Counter(region.kind for region in regions().values()) == {
        RegionKind.PROVINCE: 1,
        RegionKind.CITY: 14,
        RegionKind.ZONE: 1,
        RegionKind.COUNTY: 100,
    }
    assert [regions()[code].short for code in ("210000", "210100", "211400", "219900")] == [
        "辽宁", "沈阳", "葫芦岛", "沈抚",
    ]  # fmt: skip


def test_regions_lie_in_one_another() -> None:
    parents = {region.kind: set[RegionKind | None]() for region in regions().values()}
    for region in regions().values():
        parents[region.kind].add(regions()[region.parent].kind if region.parent else None)
    assert parents == {
        RegionKind.PROVINCE: {None},
        RegionKind.CITY: {RegionKind.PROVINCE},
        RegionKind.ZONE: {RegionKind.PROVINCE},
        RegionKind.COUNTY: {RegionKind.CITY},
    }


def test_clocks_are_those_of_the_mission() -> None:
    days, calendar_days = Unit.WORKING_DAYS, Unit.CALENDAR_DAYS
    assert [(rule.name, rule.length, rule.unit, rule.start, rule.applies_to) for rule in clock_rules()] == [
        (ClockName.ACCEPT, 1, days, StartEvent.SUBMITTED, None),
        (ClockName.FIRST_CONTACT, 2, days, StartEvent.SUBMITTED, None),
        (ClockName.RESULT, 15, days, StartEvent.SUBMITTED, None),
        (ClockName.PROGRESS, 5, days, StartEvent.ACCEPTED, None),
        (ClockName.FORWARD, 10, days, StartEvent.ACCEPTED, {"arrears"}),
        (ClockName.ANSWER, 30, calendar_days, StartEvent.MATERIALS, {"arrears"}),
        (ClockName.TOTAL, 90, calendar_days, StartEvent.MATERIALS, {"arrears"}),
        (ClockName.CONFIRMATION, 10, days, StartEvent.RESOLVED, None),
        (ClockName.CO_HANDLE, 5, days, StartEvent.CALLED_IN, None),
        (ClockName.APPEAL, 5, days, StartEvent.APPEALED, None),
    ]


def test_result_and_statutory_answer_may_be_extended_twice_within_their_caps() -> None:
    extensible = {
        rule.name: (rule.cap, rule.approver, rule.extensions)
        for rule in clock_rules()
        if rule.cap is not None or rule.extensions
    }
    assert extensible == {ClockName.RESULT: (30, "督查", 2), ClockName.ANSWER: (90, "部门负责人", 2)}


def test_no_pause_stops_what_a_statute_says() -> None:
    unstoppable = {rule.name for rule in clock_rules() if not rule.pausable}
    assert unstoppable == {rule.name for rule in clock_rules() if "国令" in rule.source}


def test_officials_are_warned_in_office_hours_and_pauses_are_few() -> None:
    manners, pauses = warning_manners(), pause_limits()
    assert (manners.opens, manners.closes) == (time(8, 30), time(17, 30))
    assert manners.proof == timedelta(hours=4)
    assert (pauses.longest, pauses.most) == (60, 2)


@pytest.mark.parametrize("event", [StartEvent.CALLED_IN, StartEvent.APPEALED, StartEvent.RESOLVED])
@pytest.mark.parametrize("type_code", list(types()))
def test_helpers_and_supervisors_have_a_clock_for_every_type(event: StartEvent, type_code: str) -> None:
    [rule] = in_force(event, type_code, datetime(2026, 11, 24, tzinfo=UTC), clock_rules())
    assert rule.source != ""


def test_every_reason_to_decline_has_a_ground_and_a_channel_or_asks_for_one() -> None:
    reasons = decline_reasons()
    assert {code: one.name for code, one in reasons.items()} == {
        "justice": "涉法涉诉",
        "arbitration": "已进入仲裁",
        "petition_ended": "信访终结",
        "other_level": "不属本级职权",
        "civil": "民事纠纷",
        "against_policy": "要求与政策不符",
        "repeated": "重复",
    }
    assert [code for code, one in reasons.items() if one.channel is None] == ["other_level"]
    assert {code: one.asks for code, one in reasons.items() if one.asks} == {
        "against_policy": Asks.BASIS,
        "repeated": Asks.NUMBER,
    }
    assert first_receiver().name == "首接负责"
    assert "《北京市接诉即办工作条例》第十四条" in first_receiver().source


def test_reasons_fit_where_they_are_stored_and_said() -> None:
    assert [code for code in decline_reasons() if len(code) > 20] == []
    assert [one.name for one in decline_reasons().values() if len(one.name) > 8] == []


def test_departments_of_the_duty_catalogue_have_everyday_names() -> None:
    assert {duty_department(code, TODAY) for code in types()} <= set(unit_aliases())


@pytest.mark.parametrize("type_code", list(types()))
def test_every_type_has_a_department(type_code: str) -> None:
    departments = {one.department for one in demo_roster().officials}
    assert duty_department(type_code, TODAY) in departments


def test_duties_before_their_time_fall_to_the_office() -> None:
    assert duty_department("arrears", TODAY) == "工业和信息化主管部门"
    assert duty_department("arrears", date(2024, 12, 31)) == office_department() == "营商环境建设局"


def test_newest_duty_in_force_decides() -> None:
    def duty(department: str, first: date, last: date | None = None) -> Duty:
        return Duty("ip", department, "a source", first, last)

    catalogue = DutyCatalogue(
        "office",
        (
            duty("old", date(2025, 1, 1)),
            duty("new", date(2026, 7, 1)),
            duty("short", date(2026, 10, 1), date(2026, 10, 7)),
        ),
    )
    days = [date(2024, 12, 31), date(2025, 1, 1), date(2026, 7, 1), date(2026, 10, 7), date(2026, 10, 8)]
    assert [catalogue.department("ip", day) for day in days] == ["office", "old", "new", "short", "new"]
    assert catalogue.department("chain", TODAY) == "office"


def test_unknown_type_has_no_department() -> None:
    with pytest.raises(KeyError):
        duty_department("weather", TODAY)


def test_calendar_notices_are_the_state_councils() -> None:
    assert [(one.number, one.issued, one.year) for one in calendar_overrides()] == [
        ("国办发明电〔2024〕12号", date(2024, 11, 12), 2025),
        ("国办发明电〔2025〕7号", date(2025, 11, 4), 2026),
    ]


def test_every_make_up_day_is_a_weekend() -> None:
    assert [day for one in calendar_overrides() for day in one.work if day.weekday() < 5] == []


def test_demo_has_an_office_leader_in_every_city_and_in_the_province() -> None:
    offices = {
        one.region
        for one in demo_roster().officials
        if one.department == office_department() and one.kind is OfficialKind.LEADER
    }
    assert offices == {code for code, region in regions().items() if region.kind is not RegionKind.COUNTY}


def test_demo_has_a_leader_of_every_department_in_the_province() -> None:
    provincial = {
        one.department
        for one in demo_roster().officials
        if one.region == "210000" and one.kind is OfficialKind.LEADER
    }
    assert {duty_department(code, TODAY) for code in types()} <= provincial


def test_demo_credit_codes_are_valid_and_recognisably_invented() -> None:
    codes = [firm.credit_code for firm in demo_roster().enterprises]
    assert [code for code in codes if not credit_code_is_valid(code) or code[8:11] != "DEM"] == []


def test_demo_leaders_look_after_at_most_twenty() -> None:
    pairings = Counter(firm.leader for firm in demo_roster().enterprises if firm.leader)
    assert max(pairings.values()) <= MOST_PAIRINGS


def test_demo_has_every_stage_and_somebody_to_write_to() -> None:
    firms = demo_roster().enterprises
    assert {firm.stage for firm in firms} == {"startup", "growing", "mature", None}
    assert [firm.key for firm in firms if not firm.contacts] == []
    assert len([firm for firm in firms if firm.leader is None]) == 1


def test_catalogues_are_read_once() -> None:
    assert types() is types()
    assert clock_rules() is clock_rules()
    assert demo_roster() is demo_roster()
