"""Signing in to the wall: from our own form alone, a cookie for TLS where there is TLS, and so many looks a minute."""

import pytest

from tests.contracts.api.desk import Desk
from tests.contracts.wall.visitor import Visitor

ENTERED, REFUSED = 303, 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"origin": "https://evil.example"}, REFUSED), ({"origin": "null"}, REFUSED),
     ({"origin": "http://wall"}, ENTERED), ({}, ENTERED)],
)  # fmt: skip
def test_browser_that_names_no_site_is_asked_for_the_origin(
    small_desk: Desk, headers: dict[str, str], status: int
) -> None:
    with Visitor.at(small_desk) as visitor:
        form = {"key": small_desk.key("viewer")}
        answer = small_desk.loop.run(visitor.web.post("/wall/sign-in", data=form, headers=headers))
    assert (answer.status_code, "set-cookie" in answer.headers) == (status, status == ENTERED)


def test_cookie_of_a_wall_behind_tls_goes_over_tls_alone(small_desk: Desk) -> None:
    with Visitor.at(small_desk) as visitor:
        form = {"key": small_desk.key("viewer")}
        plain, safe = (visitor.post(f"{scheme}://wall/wall/sign-in", form) for scheme in ("http", "https"))
    said = [answer.headers["set-cookie"].split("; ") for answer in (plain, safe)]
    assert ["Secure" in each for each in said] == [False, True]


def test_wall_has_the_looks_a_minute_of_its_key(sqlite_url: str) -> None:
    with Desk.open(sqlite_url, api_rate=20) as desk, Visitor.at(desk) as visitor:
        visitor.sign_in(desk.key("viewer"))
        answers = [visitor.get("/wall/cases") for _ in range(25)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 5
    assert {answer.headers["retry-after"] for answer in answers[20:]} == {"60"}
