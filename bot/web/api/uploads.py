"""A file that is sent to the API: as the body itself, or as the part `file` of a form."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, Final, cast

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

from bot.web.api.auth import Writer
from bot.web.api.problems import NO_FILE, Refusal

IN_MEMORY: Final = 1024 * 1024
"""Bytes of a file that are held in memory; what is longer lies on disk while the request lasts."""
FORM: Final = "multipart/form-data"
_BINARY: Final = {"type": "string", "format": "binary"}
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {"schema": {"type": "object", "properties": {"file": _BINARY}, "required": ["file"]}},
            "application/octet-stream": {"schema": _BINARY},
        },
    }
}
"""How the OpenAPI document names it."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file on our side of the line, and its name if it came with one."""

    file: BinaryIO
    name: str | None


async def _uploaded(request: Request, caller: Writer) -> AsyncIterator[Uploaded]:
    """Take the file in; nothing of it is read before the key is known to be good for it."""
    del caller
    if request.headers.get("content-type", "").startswith(FORM):
        async with request.form(max_files=1, max_fields=0) as form:
            part = form.get("file")
            if not isinstance(part, UploadFile):
                raise Refusal(NO_FILE)
            yield Uploaded(part.file, part.filename)
        return
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        async for piece in request.stream():
            file.write(piece)
        file.seek(0)
        yield Uploaded(cast("BinaryIO", file), None)


UploadedHere = Annotated[Uploaded, Depends(_uploaded)]
