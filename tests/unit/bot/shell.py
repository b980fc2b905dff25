"""A process in which commands are typed one after the other: importing the product once is enough.

A line of JSON in (`command`, `environment`, `said`), a line of JSON out (`code`, `out`, `err`). What a command
raises out of `main` ends as Python would end it: a traceback and exit code 1.
"""

import io
import json
import os
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

from bot.cli import main


def typed(line: dict[str, Any]) -> dict[str, Any]:
    """Run one command as `liaison` would."""
    out, err = io.StringIO(), io.StringIO()
    for name in [name for name in os.environ if name.startswith("LIAISON_")]:
        del os.environ[name]
    os.environ.update(line["environment"])
    sys.argv, sys.stdin = ["liaison", *line["command"]], io.StringIO(line["said"])
    with redirect_stdout(out), redirect_stderr(err):
        try:
            main()
            code: object = 0
        except SystemExit as left:
            code = left.code or 0
        except BaseException:  # noqa: BLE001 -- whatever it is, Python would print it and leave
            traceback.print_exc()
            code = 1
    return {"code": code, "out": out.getvalue(), "err": err.getvalue()}


def serve() -> None:
    """Answer until the pipe closes."""
    lines, answers = sys.stdin, sys.stdout
    for line in lines:
        answers.write(json.dumps(typed(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve()
