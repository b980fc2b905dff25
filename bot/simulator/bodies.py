"""Reading the control API's requests: JSON or a form, with the fields that are needed."""

from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.simulator.errors import PhoneError

Body = dict[str, Any]


async def body_of(request: Request) -> Body:
    """Return a JSON object, or a form's fields with files as bytes; nothing at all is an empty object.

    Raises:
        PhoneError: 400, it is neither.
    """
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            return {
                name: await value.read() if isinstance(value, UploadFile) else value
                for name, value in form.items()
            }
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = await request.json()
    except ValueError as error:
        raise PhoneError(400, "not JSON") from error
    if not isinstance(body, dict):
        raise PhoneError(400, "not a JSON object")
    return body


def text(body: Body, name: str, *, default: str | None = None) -> str:
    """Return a string field.

    Raises:
        PhoneError: 422, it is missing or no string.
    """
    value = body.get(name, default)
    if not isinstance(value, str):
        raise PhoneError(422, f"{name}: a string is needed")
    return value


def number(body: Body, name: str, *, default: float | None = None) -> float:
    """Return a number field.

    Raises:
        PhoneError: 422, it is missing or no number.
    """
    try:
        return float(body.get(name, default))  # type: ignore[arg-type]
    except (TypeError, ValueError) as error:
        raise PhoneError(422, f"{name}: a number is needed") from error


def query_number(request: Request, name: str) -> float:
    """Return a number of the query, 0 if it is left out.

    Raises:
        PhoneError: 422, it is no number.
    """
    return number(dict(request.query_params), name, default=0)
