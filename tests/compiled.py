"""Statements that a test process compiles once, not anew for each of its thousands of databases."""

from typing import Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.util import LRUCache

LARGEST: Final = 2000


class _OfAKind(LRUCache[Any, Any]):
    """Compiled statements by what they say: SQLAlchemy's keys begin with the one database's own dialect."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(key[1:], default)

    def __setitem__(self, key: Any, value: Any) -> None:
        super().__setitem__(key[1:], value)


_SHARED: Final[dict[Any, _OfAKind]] = {}


def share() -> None:
    """Let all databases of a kind, that were opened the same way, use what one of them has compiled."""
    event.listen(Engine, "engine_connect", _look_there)


def _look_there(connection: Connection) -> None:
    dialect: Any = connection.dialect
    kind = (dialect.name, dialect.driver, dialect.server_version_info, dialect._json_serializer)
    connection.execution_options(compiled_cache=_SHARED.setdefault(kind, _OfAKind(LARGEST)))
