"""How far each capability has come on its way to AWS: absent means that nothing is moved there (greenfield)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, Self, get_args

from pydantic import Field, model_validator

from stacks.section import Day, Section

#: What is moved; volumes take backup along. The other capabilities are kept or built anew.
Moved = Literal["documents", "cache", "search", "workflow", "registry", "secrets", "agent", "logs", "traces", "volumes"]
State = Literal["planned", "copying", "verified", "live", "soaked", "gone"]
STATES: Final[tuple[State, ...]] = get_args(State)
#: Until the target is live what only a copy needs is there: the prechecks sign in with it already.
COPYING: Final[frozenset[State]] = frozenset({"planned", "copying", "verified"})


class Changes(Section):
    """The day on which a move entered each state, in order; the last one is its state."""

    planned: Day = Field(description="the move has begun: its plan is pinned by the evidence that follows")
    copying: Day | None = Field(default=None, description="prechecks passed; data is being copied")
    verified: Day | None = Field(default=None, description="the copy equals the source")
    live: Day | None = Field(default=None, description="the target is written: the point of no return")
    soaked: Day | None = Field(default=None, description="the target ran alone long enough")
    gone: Day | None = Field(default=None, description="the incumbent is removed")

    @property
    def entered(self) -> Mapping[State, date]:
        """The day of each state that was entered."""
        days: dict[State, date | None] = {state: getattr(self, state) for state in STATES}
        return {state: entered for state, entered in days.items() if entered is not None}

    @property
    def state(self) -> State:
        """The last one entered."""
        return list(self.entered)[-1]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        entered = list(self.entered)
        if missing := [state for state in STATES[: len(entered)] if state not in entered]:
            raise ValueError(f"{entered[-1]} is entered without {missing[0]}; states are {', '.join(STATES)}, in order")
        for before, after in itertools.pairwise(entered):
            if self.entered[after] < self.entered[before]:
                raise ValueError(
                    f"{after} is entered on {self.entered[after]}, before {before} on {self.entered[before]}"
                )
        return self
