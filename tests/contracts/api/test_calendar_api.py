"""The working-day calendar as it is read: days with their sources, and the official notices."""

from tests.contracts.api.desk import Desk


def test_year_tells_worked_and_free_days_and_on_whose_word(small_desk: Desk) -> None:
    shown = small_desk.get("/calendar/2026", small_desk.key("viewer")).json()
    days = {each["day"]: (each["is_worked"], each["source"]) for each in shown["days"]}
    assert len(days) == 365
    assert days["2026-02-14"] == (True, "notice")  # a Saturday that makes up for the Spring Festival
    assert days["2026-02-16"] == (False, "notice")
    assert days["2026-11-24"] == (True, "notice")
    assert shown["working_days"] == sum(worked for worked, _ in days.values()) == 248
    assert shown["is_provisional"] is False
    assert {each["source"] for each in small_desk.get("/calendar/2022").json()["days"]} == {"published"}
    assert small_desk.get("/calendar/2031").json()["is_provisional"] is True


def test_notices_are_listed_with_their_days(small_desk: Desk) -> None:
    items = small_desk.get("/calendar/notices").json()["items"]
    last = items[-1]
    assert (last["number"], last["issued"], last["year"]) == ("国办发明电〔2025〕7号", "2025-11-04", 2026)
    assert ("2026-02-16" in last["rest"], "2026-02-14" in last["work"]) == (True, True)


def test_years_nobody_reckons_with_are_refused(small_desk: Desk) -> None:
    assert [small_desk.get(f"/calendar/{year}").status_code for year in (1999, 2101, "x")] == [422] * 3
