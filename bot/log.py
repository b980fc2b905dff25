"""Structured logs that carry no secret, openid, phone number or message text."""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

_HIDDEN: Final = ("token", "secret", "key", "openid", "phone", "text", "signature")

_TRACEBACK: Final = "Traceback (most recent call last):\n"


def _redact(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blank out fields that should never have been logged; a second line of defence."""
    for name in entry:
        if any(hidden in name.lower() for hidden in _HIDDEN):
            entry[name] = "…"
    return entry


def _where(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say what broke and where, never with what: errors of databases repeat the values they refuse."""
    info = entry.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    elif isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0] is not None:
        entry["exception"] = "".join([_TRACEBACK, *traceback.format_tb(info[2]), info[0].__name__])
    return entry


def configure(level: str, style: str) -> None:
    """Set up logging for a process: `style` is `json` or `console`.

    httpx writes whole URLs, access token included, at INFO; uvicorn's access log would write openids.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _where,
        _redact,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if style == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("httpx", "httpcore", "uvicorn.access", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
