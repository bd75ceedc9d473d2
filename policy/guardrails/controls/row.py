"""A control, and what becomes of it here: one of five ways, each with what shows it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Final, Literal, TypeVar

from pydantic import Field, TypeAdapter, ValidationError, model_validator

from stacks.document import read_document
from stacks.messages import SettingsError
from stacks.section import Day, Section, Text

FOLDER: Final = Path(__file__).parent
#: As long as a waiver may hold: a year, leap day included.
LONGEST: Final = timedelta(days=366)
_Section = TypeVar("_Section", bound=Section)
Way = Literal["enforced", "satisfied", "account", "runtime", "exception"]
WAYS: Final[Mapping[Way, str]] = {
    "enforced": "a rule refuses what breaks it",
    "satisfied": "the landing zone declares what satisfies it, and a test holds that",
    "account": "no input of a program decides it: it is the account's",
    "runtime": "no input of a program decides it: it is told while things run",
    "exception": "it is not met on purpose, until a day, and somebody answers for that",
}
#: What a rate of the price book may be multiplied by; what each comes to is production's own.
Measure = Literal[
    "zones",
    "hours",
    "accessLogGbMonths",
    "guardedManagementMillions",
    "guardedFlowGb",
    "guardedAuditMillions",
    "guardedDataMillions",
    "configItems",
]


class Reference(Section):
    """What holds a control that no demand names by its id: demands of ``policy`` whose names contain ``demand``.

    ``type`` leaves those of one type, ``cases`` names the file where one fires. Other packs' policies have no demands,
    and name a ``test`` instead, as ``path::function``.
    """

    policy: Text
    demand: str = ""
    type: str = ""
    cases: str = ""
    test: str = ""


class Satisfied(Section):
    """``types`` that production declares, and the ``test`` that holds how, as ``path::function``."""

    types: Annotated[tuple[Text, ...], Field(min_length=1)]
    test: Text


class Priced(Section):
    """A rate of the price book, times what there is of it."""

    rate: Text
    times: tuple[Measure, ...]


class Excepted(Section):
    """Why a control is not met, who answers for that, from when until when, and what meeting it would cost a month."""

    reason: Annotated[Text, Field(min_length=20)]
    owner: Text
    since: Day
    until: Day
    price: tuple[Priced, ...] = ()
    #: Why there is no price.
    free: str = ""

    @model_validator(mode="after")
    def _dated_and_priced(self) -> Excepted:
        if not self.since < self.until <= self.since + LONGEST:
            raise ValueError(f"until must be after since, and at most {LONGEST.days} days after it")
        if bool(self.price) == bool(self.free):
            raise ValueError("exactly one of price and free must be given")
        return self


class Control(Section):
    """A row: what is asked for, in our own words, and exactly one of :data:`WAYS`."""

    title: Text
    severity: Literal["low", "medium", "high", "critical"] | None = None
    isms_p: tuple[Text, ...] = ()
    #: Of the machines alone, which managed node groups make from the template.
    nodes: bool = False
    enforced: tuple[Reference, ...] | None = None
    satisfied: Satisfied | None = None
    account: Text | None = None
    runtime: Text | None = None
    exception: Excepted | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Control:
        given = [way for way in WAYS if getattr(self, way) is not None]
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join(WAYS)} must be given, not {', '.join(given) or 'none'}")
        return self

    @property
    def way(self) -> Way:
        """Which of the five it is."""
        return next(way for way in WAYS if getattr(self, way) is not None)

    @property
    def references(self) -> tuple[Reference, ...]:
        """What holds it beside the demands that name its id."""
        return self.enforced or ()


class Framework(Section):
    """A standard, where its list was read, and its controls by id."""

    name: Text
    source: Text
    controls: dict[str, Control]


class Requirements(Section):
    """Requirements of ISMS-P by number, and where the mapping was read."""

    name: Text
    source: Text
    requirements: dict[str, Text]


@dataclass(frozen=True)
class Table:
    """Every row, by framework."""

    fsbp: Framework
    cis_eks: Framework
    isms_p: Requirements

    @property
    def frameworks(self) -> tuple[Framework, Framework]:
        """Both lists of controls."""
        return self.fsbp, self.cis_eks


@cache
def load_table(folder: Path = FOLDER) -> Table:
    """The rows in ``folder``. Raises :class:`SettingsError` naming file, row and what is allowed."""
    return Table(
        fsbp=_read(folder / "fsbp.yaml", Framework),
        cis_eks=_read(folder / "cis-eks.yaml", Framework),
        isms_p=_read(folder / "isms-p.yaml", Requirements),
    )


def _read(path: Path, kind: type[_Section]) -> _Section:
    try:
        return TypeAdapter(kind).validate_json(json.dumps(read_document(path)))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise SettingsError(f"{path.name}: {where}: {first['msg'].removeprefix('Value error, ')}") from None


def overdue(table: Table, today: date) -> dict[str, Excepted]:
    """Exceptions whose day is past, by the name of their control."""
    return {
        f"{framework.name}, {identifier}": control.exception
        for framework in table.frameworks
        for identifier, control in framework.controls.items()
        if control.exception and today > control.exception.until
    }
