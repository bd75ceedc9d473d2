"""What completes ``lz`` in bash and zsh: words, environments, subcommands and options, as the commands tell them."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from stacks.command import ROOT
from stacks.commands.words import WORDS, names
from stacks.environments import stack_names

SHELLS: Final = ("bash", "zsh")
#: Hands the words typed so far to ``lz``; one answer a line.
SCRIPTS: Final = {
    "bash": """\
_lz() {
    local IFS=$'\\n'
    COMPREPLY=($("${COMP_WORDS[0]}" completion -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _lz lz ./lz
""",
    "zsh": """\
#compdef lz
_lz() {
    local -a answers
    answers=(${(f)"$(${words[1]} completion -- ${words[2,CURRENT]} 2>/dev/null)"})
    if (( ${#answers} )); then compadd -a answers; else _files; fi
}
compdef _lz lz ./lz
""",
}


def answers(typed: Sequence[str]) -> list[str]:
    """What the last of ``typed``, which may be empty, can become; nothing where it can only be a file."""
    *before, last = typed or [""]
    return sorted(each for each in _possible(before, last) if each.startswith(last))


def _possible(before: Sequence[str], last: str) -> list[str]:
    if not before:
        return names()
    if before[0] == "completion":
        return list(SHELLS) if len(before) == 1 else []
    word = next((each for each in WORDS if each.name == before[0]), None)
    if word is None:
        return []
    if last.startswith("-"):
        plain = [each for each in before[1:] if not each.startswith("-")]
        known = re.findall(r"^ *(\w+)  ", _help(word.module), re.MULTILINE)
        return _options(word.module, *(plain[:1] if plain and plain[0] in known else []))
    if len(before) == 1 and not word.takes_stack:
        return re.findall(r"^ +([a-z-]+) {2,}[A-Z]", _help(word.module).partition("Commands")[2], re.MULTILINE)
    return stack_names()


def _options(module: str, *command: str) -> list[str]:
    return sorted(set(re.findall(r"^ *\*? *(--[a-z][a-z-]*)", _help(module, *command), re.MULTILINE)))


def _help(module: str, *command: str) -> str:
    """What the module says of itself, without the frame around it."""
    environment = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
    asked = [sys.executable, "-m", module, *command, "--help"]
    said = subprocess.run(  # noqa: S603 - one of our own modules
        asked, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    return re.sub(r"[│╭╮╰╯─|]", " ", said.stdout)
