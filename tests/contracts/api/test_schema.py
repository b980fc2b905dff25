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
from tests.contracts.api.desk import SHENYANG, Desk, lose_a_push, settle_in

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 20
"""For each operation, each way of making requests, each database."""


def keep_promises(operation: Any, mode: GenerationMode, key: str) -> None:
    """Send requests that fit the document, or that do not, and check every answer against it."""

    @settings(
        max_examples=EXAMPLES,
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
        case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {key}"})

    kept()


def test_document_is_kept_whatever_is_sent(desk: Desk) -> None:
    settle_in(desk, SHENYANG)
    lose_a_push(desk)
    app = api(Parts(desk.database, desk.clock, None, desk.service.phone_key))
    document = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations = [found.ok() for found in document.get_all_operations() if isinstance(found, Ok)]
    assert len(operations) == 57
    for operation in operations:
        keep_promises(operation, GenerationMode.POSITIVE, desk.key())
        if operation.body or operation.query or operation.path_parameters or operation.headers:
            keep_promises(operation, GenerationMode.NEGATIVE, desk.key())
