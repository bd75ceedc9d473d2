"""``python -m preview.night STACK``: one report a night on an environment, and with ``--post`` its one issue.

Exit code 0 where nothing must be done, 1 where something must (drift, a mandatory finding, what is past its end), 2
where a part could not be asked, or on bad input. Whether a forge takes the issue changes none of them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from preview.night.compose import compose, is_well, marker, title, weight
from preview.night.part import Asked, Night, StrangeError, ask
from preview.night.parts import PARTS
from preview.note.endpoints import GITLAB_LIMIT, ForgeError, find_tracker
from preview.note.forge import Forge
from stacks.command import app, day, harmless, put_out, refuse
from stacks.environments import stack_names
from stacks.load import stack_file
from stacks.messages import SettingsError

#: Days; as far ahead as the packs warn of an end of life.
HORIZON = 90
MOST_DAYS = 730


def main(
    stack: Annotated[str, typer.Argument(help="Environment to report on: " + ", ".join(stack_names()))],
    *,
    drift: Annotated[
        Path | None, typer.Option(help="Events of pulumi preview --refresh --expect-no-changes --event-log")
    ] = None,
    state: Annotated[Path | None, typer.Option(help="What pulumi stack export wrote")] = None,
    horizon: Annotated[int, typer.Option(help="Days ahead of which an end of life is told, 1 to 730")] = HORIZON,
    post: Annotated[bool, typer.Option("--post", help="Keep the environment's one issue on the job's forge")] = False,
    output: Annotated[Path | None, typer.Option(help="File to write instead of standard output")] = None,
    today: Annotated[str, typer.Option(help="Day to judge as of, YYYY-MM-DD; the present one by default")] = "",
) -> int:
    """Report on STACK: drift, the state under the packs, ends of life, waivers, volumes, prices."""
    if stack not in stack_names():
        refuse(f"STACK: {stack!r} has no stack file; stacks are {', '.join(stack_names())}")
    if not 1 <= horizon <= MOST_DAYS:
        refuse(f"--horizon: {horizon} is refused; allowed are 1 to {MOST_DAYS} days")
    try:
        night = Night(
            stack=stack,
            file=stack_file(stack),
            today=day(today),
            horizon=timedelta(days=horizon),
            drift=drift,
            state=state,
        )
        asked = ask(PARTS, night)
    except (SettingsError, StrangeError) as error:
        refuse(str(error))
    put_out(compose(stack, night.today, asked, GITLAB_LIMIT), output)
    if post:
        sys.stderr.write(f"{_posted(night, asked)}\n")
    return weight(asked)


def _posted(night: Night, asked: Sequence[Asked]) -> str:
    """What became of the issue; what keeps it from being written costs this one line."""
    try:
        tracker = find_tracker(os.environ)
        if tracker is None:
            return "warning: the issue is not written: this is no job of GitLab or of GitHub"
        body = compose(night.stack, night.today, asked, tracker.limit)
        return Forge(tracker).put_issue(title(night.stack), body, marker(night.stack), well=is_well(asked))
    except ForgeError as error:
        return f"warning: the issue is not written: {harmless(str(error))}"


if __name__ == "__main__":
    app(main, "the nightly report")
