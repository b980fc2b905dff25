"""The API keeps what its own OpenAPI document promises, whatever is sent (schemathesis)."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bot.web.api import api
from bot.web.api.parts import Parts
from tests.contracts.api.desk import DALIAN, SHENYANG, Desk, lose_a_push, settle_in

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = {"sqlite": 12, "postgresql": 4}
"""For each operation and each way of making requests."""
LIMITED = ("viewer", "supervisor")
LIMITED_EXAMPLES = {"sqlite": 2, "postgresql": 1}
"""The same with the keys of these roles that reach one region only."""


def keep_promises(operation: Any, mode: GenerationMode, key: str, examples: int) -> None:
    """Send requests that fit the document, or that do not, and check every answer against it."""

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), id_=st.integers(1, 3))
    def kept(case: Any, id_: int) -> None:
        for name, value in case.path_parameters.items():
            if isinstance(value, int) and mode is GenerationMode.POSITIVE:
                case.path_parameters[name] = id_
        if isinstance((case.query or {}).get("wait"), int):
            case.query["wait"] = min(case.query["wait"], 0)  # nothing will come of waiting here
        case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {key}"})

    kept()


def test_document_is_kept_whatever_is_sent(desk: Desk) -> None:
    for role in LIMITED:  # the first keys: those that are revoked by number
        desk.key(role), desk.key(role, DALIAN)
    settle_in(desk, SHENYANG)
    settle_in(desk, DALIAN)
    lose_a_push(desk)
    for _ in range(3):
        hook = desk.post("/webhooks", {"name": "n", "url": "https://example.cn/"}).json()
        desk.post(f"/webhooks/{hook['id']}/test")
    app = api(Parts(desk.database, desk.clock, None, desk.service.phone_key))
    document = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) > 60
    kind = "sqlite" if desk.database.is_sqlite else "postgresql"
    keys = {desk.key(role, SHENYANG): LIMITED_EXAMPLES[kind] for role in LIMITED}
    keys |= {desk.key(): EXAMPLES[kind]}
    for operation in operations:
        for key, examples in keys.items():
            keep_promises(operation, GenerationMode.POSITIVE, key, examples)
            if operation.body or operation.query or operation.path_parameters or operation.headers:
                keep_promises(operation, GenerationMode.NEGATIVE, key, examples)
    assert {desk.get("/officials", key).status_code for key in keys} == {200}, "none was lost on the way"
