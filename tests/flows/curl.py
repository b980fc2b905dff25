"""Lines of a document that call curl, read and run as a shell would, over real HTTP: no shell is needed.

What it understands is what the documents use. Whatever else stands in a block is an error, not a line less.
"""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import httpx

BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
FUNCTION = re.compile(r'(\w+)\(\) \{ (.+) "\$@"; \}')
KEPT = re.compile(r"(\w+)=\$\((.+)\)", re.DOTALL)
PLAIN = re.compile(r"(\w+)=(\S+)")
NAME = re.compile(r"\$(\w+)")
STATUS = re.compile(r"\s+# (\d{3})$")
PRINTS = re.compile(r"\s+# prints (.+)$")
REMARK = re.compile(r"\s{2,}# (?!\d{3}$|prints ).*")
"""Two blanks before it: what else a line may hold has no such thing."""
STEP = re.compile(r"\.(\w+)|\[(\d+)\]")


def commands(document: str) -> list[str]:
    """Return the commands of a document's shell blocks; one may go over several lines."""
    return [command for block in BLOCK.findall(document) for command in _of(block) if command.strip()]


def _of(block: str) -> Iterator[str]:
    whole = ""
    for written in block.splitlines():
        line = REMARK.sub("", written)
        whole += line.removesuffix("\\") if line.endswith("\\") else line + "\n"
        if not line.endswith("\\") and whole.count("'") % 2 == 0:
            yield whole.strip()
            whole = ""


@dataclass
class Shell:
    """What the lines before have set. `given` is set from outside, and no line changes it."""

    client: httpx.Client
    folder: Path
    given: Mapping[str, str]
    kept: dict[str, str] = field(default_factory=dict)
    functions: dict[str, list[str]] = field(default_factory=dict)

    def run(self, command: str) -> None:
        """Run one command.

        Raises:
            AssertionError: it is not answered as it says, or nobody knows what it means.
        """
        wanted = STATUS.search(command)
        status = int(wanted[1]) if wanted else None
        command = STATUS.sub("", command)
        if told := PRINTS.search(command):
            said = self._said(PRINTS.sub("", command), status).strip().splitlines()
            assert said[-1:] == [self._filled(told[1])], f"{command}: {said}"
            return
        if made := FUNCTION.fullmatch(command):
            self.functions[made[1]] = shlex.split(made[2])
        elif kept := KEPT.fullmatch(command):
            value = self._said(kept[2], status)
            assert value not in {"", "null"}, command
            self.kept[kept[1]] = value
        elif plain := PLAIN.fullmatch(command):
            self.kept[plain[1]] = plain[2]
        else:
            self._said(command, status)

    def _said(self, command: str, status: int | None) -> str:
        for quoted in re.findall(r"'([^']*)'", command):
            assert "$" not in quoted, f"a shell leaves this as it is: {quoted}"
        words = [self._filled(word) for word in shlex.split(command)]
        path = None
        if "|" in words:
            words, path = words[: words.index("|")], words[words.index("|") + 1 :]
            assert path[:2] == ["jq", "-r"], command
        if words[0] == "printf":
            assert words[2] == ">", command
            (self.folder / words[3]).write_text(words[1].replace("\\n", "\n"), encoding="utf-8")
            return ""
        if words[0] == "jq":
            return _found(json.loads((self.folder / words[3]).read_text(encoding="utf-8")), words[2])
        if words[0].startswith("LIAISON_"):
            return _typed(words)
        if words[0] == "cmp":
            one, other = ((self.folder / name).read_bytes() for name in words[1:])
            assert one == other, command
            return ""
        said = self._curl(self._spelled_out(words), status)
        return said if path is None else _found(json.loads(said), path[2])

    def _filled(self, word: str) -> str:
        return NAME.sub(lambda found: (self.kept | self.given)[found[1]], word)

    def _spelled_out(self, words: list[str]) -> list[str]:
        while words[0] != "curl":
            spelled = [self._filled(word) for word in self.functions[words[0]]]
            words = [*spelled, *words[1:]]
        return words[1:]

    def _curl(self, words: list[str], status: int | None) -> str:
        """Do what curl does with these words, and return what it prints."""
        asked, waiting = Asked(), iter(words)
        for word in waiting:
            if word in {"-sS", "--get"}:
                continue
            if word.startswith("-"):
                asked.take(word, next(waiting), self.folder)
            else:
                asked.url += word
        asked.url, _, many = asked.url.partition("#")
        for _ in range(int(many.removeprefix("[1-").removesuffix("]") or 1) - 1):
            self._send(asked).raise_for_status()
        answer = self._send(asked)
        told = f"{words}: {answer.status_code} {answer.text[:500]}"
        assert answer.status_code == status if status else answer.is_success, told
        if asked.out is not None:
            asked.out.write_bytes(answer.content)
        return answer.headers[asked.header] if asked.header else answer.text

    def _send(self, asked: "Asked") -> httpx.Response:
        return self.client.request(
            asked.method or ("POST" if asked.body or asked.files else "GET"),
            asked.url + ("?" + urlencode(asked.query) if asked.query else ""),
            headers=asked.headers,
            content=asked.body,
            files=asked.files or None,
        )


@dataclass
class Asked:
    """What the words of curl come to."""

    url: str = ""
    method: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    query: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | None = None
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    out: Path | None = None
    header: str = ""

    def take(self, option: str, value: str, folder: Path) -> None:
        """Take one option."""
        name, _, rest = value.partition("=")
        match option:
            case "-X":
                self.method = value
            case "-H":
                title, _, words = value.partition(": ")
                self.headers[title] = words
            case "-d":
                self.body = value.encode()
            case "--data-urlencode":
                self.query.append((name, rest))
            case "-F":
                file = rest.removeprefix("@")
                self.files[name] = (file, (folder / file).read_bytes())
            case "-o":
                self.out = folder / value
            case "-w":
                self.header = value.removeprefix("%header{").removesuffix("\\n").removesuffix("}")
            case _:
                raise AssertionError(f"nobody here knows curl {option}")


def _typed(words: list[str]) -> str:
    """Run a command of ours with a setting before it, as a process of its own; return what it prints."""
    setting, program, *rest = words
    assert program == ".venv/bin/liaison", words
    name, _, value = setting.partition("=")
    command = [sys.executable, "-m", "bot", *rest]
    ran = subprocess.run(
        command, env={**os.environ, name: value}, capture_output=True, text=True, check=False, timeout=120
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def _found(answer: object, path: str) -> str:
    """Return what jq -r prints for a path such as `.items[0].number`."""
    for name, index in STEP.findall(path):
        answer = answer[name] if name else answer[int(index)]  # type: ignore[index]
    return "null" if answer is None else str(answer)
