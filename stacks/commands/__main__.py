"""``lz WORD ...``: starts the module that a word of :mod:`stacks.commands.words` names, in this process.

Exit code 2 for a word that is none; every other code is that of the module.
"""

from __future__ import annotations

import runpy
import sys
from typing import NoReturn

from stacks.command import refuse
from stacks.commands.words import OWN, WORDS, UsageError, names


def main() -> NoReturn:
    """Start what the first argument names with those that follow it."""
    word, *rest = sys.argv[1:] or ["help"]
    if word in ("help", "--help", "-h"):
        _say(_help(rest[0] if rest else ""))
    if word == "completion":
        _say(_completion(rest))
    found = next((each for each in WORDS if each.name == word), None)
    if found is None:
        # Pydantic comes with it.
        from stacks.messages import meant

        refuse(f"lz: {word!r} is no command; {meant(word, names())}")
    try:
        arguments = found.arguments(rest)
    except UsageError:
        refuse(f"lz {found.name}: wanted is lz {found.name} {found.form}")
    sys.argv = [found.module, *arguments]
    try:
        runpy.run_module(found.module, run_name="__main__", alter_sys=True)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    raise SystemExit(0)


def _say(text: str) -> NoReturn:
    sys.stdout.write(text)
    raise SystemExit(0)


def _help(about: str) -> str:
    if about and about not in names():
        from stacks.messages import meant

        refuse(f"lz help: {about!r} is no command; {meant(about, names())}")
    if about and about not in OWN:
        (word,) = (each for each in WORDS if each.name == about)
        return f"lz {word.name} {word.form}\n{word.says}\noptions: lz {word.name} --help\n"
    lines = [f"  {word.name:<12} {word.says}" for word in WORDS]
    return "\n".join(
        [
            "usage: lz COMMAND ...   (lz COMMAND --help tells its options)",
            "",
            *lines,
            f"  {'completion':<12} bash or zsh: source <(lz completion bash)",
            f"  {'help':<12} this list, or what one command wants",
            "",
        ]
    )


def _completion(rest: list[str]) -> str:
    from stacks.commands.completion import SCRIPTS, SHELLS, answers

    if rest[:1] == ["--"]:
        return "".join(f"{each}\n" for each in answers(rest[1:]))
    if len(rest) != 1 or rest[0] not in SHELLS:
        refuse(f"lz completion: wanted is lz completion {' or '.join(SHELLS)}")
    return SCRIPTS[rest[0]]


if __name__ == "__main__":
    main()
