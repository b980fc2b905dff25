"""The OpenAPI document tells everything: an error schema for each operation, an example for each field."""

from typing import Any

import pytest

from bot.web.api.examples import is_plain
from tests.contracts.api.desk import Desk

PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}

ANSWERS = {("post", "/imports"): 2}
"""Good answers where there are more than one: a dry run has a shape of its own."""


@pytest.fixture
def document(small_desk: Desk) -> dict[str, Any]:
    """The document as it is answered."""
    return dict(small_desk.send("GET", "/openapi.json").json())


def test_every_operation_tells_its_answer_and_its_errors(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            answers = operation["responses"]
            assert {answers[code]["content"] == PROBLEM for code in ("4XX", "5XX")} == {True}, path
            good = [answer for code, answer in answers.items() if code.startswith("2")]
            assert len(good) == ANSWERS.get((method, path), 1), (method, path)
            assert operation["summary"], (method, path)
            bare = {code for code, answer in answers.items() if "content" not in answer}
            assert bare <= {"204", "304"}, (method, path)


def test_answers_with_a_tag_say_that_they_may_be_304(document: dict[str, Any]) -> None:
    """Every answer in JSON to a GET has an ETag; files, changes and errors have none."""
    said = 0
    for path, item in document["paths"].items():
        for method, operation in item.items():
            answers = operation["responses"]
            is_tagged = method == "get" and "application/json" in answers["200"]["content"]
            assert ("304" in answers) == is_tagged, (method, path)
            if is_tagged:
                assert [*answers["304"]] == ["description", "headers"], path
                assert "ETag" in answers["304"]["headers"].keys() & answers["200"]["headers"].keys(), path
                said += 1
    assert said > 40


def test_every_field_has_an_example_or_needs_none(document: dict[str, Any]) -> None:
    """An example is put at the field itself, or for all fields of the name into `bot/web/api/examples.py`."""
    lacking = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, shape in schema.get("properties", {}).items()
        if not schema.get("examples") and not is_plain(shape)
    ]
    assert lacking == []


def test_no_key_is_needed_to_read_the_document(small_desk: Desk) -> None:
    assert small_desk.send("GET", "/openapi.json").status_code == 200
