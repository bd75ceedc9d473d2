"""The shape every settings section shares: strict, frozen, camelCase, and unknown keys refused."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from ipaddress import IPv4Network
from typing import Annotated, Final, Literal
from unicodedata import category

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic.alias_generators import to_camel

#: A quantity beyond this is a typing error.
MOST = 10**12


class Section(BaseModel):
    """A mapping in a stack file. Raises :class:`pydantic.ValidationError` for anything it does not know."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=False,
        validate_default=True,
    )


def _network(value: str) -> str:
    try:
        return str(IPv4Network(value))
    except ValueError as error:
        raise ValueError(f"must be an IPv4 network such as 10.0.0.0/16: {error}") from None


def _number(value: object) -> Decimal:
    # Even in strict mode pydantic takes text for a decimal; and a float's own text is the amount that was typed.
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise ValueError("input should be a number")  # noqa: TRY004 - pydantic wants a ValueError
    return Decimal(str(value))


def quantity(value: object) -> Decimal:
    """``value`` as a quantity. Raises :class:`ValueError` unless it is a number of 0 or more."""
    number = _number(value)
    if not number.is_finite() or not 0 <= number <= MOST:
        raise ValueError(f"input should be 0 to {MOST}")
    return number


#: What a tag may hold besides letters, digits and spaces of any script (source: IAM's API reference, type Tag, whose
#: alphabet is the narrowest of the services that are built).
TAG_SIGNS: Final = "_.:/=+-@"
LONGEST_TAG_KEY: Final = 128
LONGEST_TAG: Final = 256


def tag_text(value: str) -> str:
    """``value``, if AWS takes it in a tag. Raises :class:`ValueError`."""
    for sign in value:
        # Ends of lines are spaces as well to Unicode, and to AWS; nobody means them.
        if sign not in TAG_SIGNS and category(sign)[0] not in "LN" and category(sign) != "Zs":
            raise ValueError(
                f"{sign!r} stands in no tag of AWS; allowed are letters, digits, spaces and {' '.join(TAG_SIGNS)}"
            )
    return value


def own_text(value: str) -> str:
    """``value``, if it may be a tag's value of one's own. Raises :class:`ValueError`."""
    # Source: EKS API reference, TagResource: not "as a prefix for either keys or values".
    if value.lower().startswith("aws:"):
        raise ValueError("no tag of one's own begins with aws: in any case; allowed is any other beginning")
    return tag_text(value)


#: What a terminal obeys, and what turns the direction of writing; joiners of letters and of pictures are none of it.
_OBEYED: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_BREAK: Final = re.compile(r"\s*[\n\t]\s*")


def _one_line(value: str) -> str:
    """A text goes into tables, comments and the engine's own output, where a line is a message."""
    line = _BREAK.sub(" ", value)
    if found := _OBEYED.search(line):
        raise ValueError(f"{found[0]!r} is a control character; allowed are letters, digits, signs and spaces")
    return line


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True), AfterValidator(_one_line)]
TagKey = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TAG_KEY), AfterValidator(tag_text)]
TagValue = Annotated[str, StringConstraints(max_length=LONGEST_TAG), AfterValidator(own_text)]
TagText = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_TAG, strip_whitespace=True), AfterValidator(own_text)
]
Cidr = Annotated[str, AfterValidator(_network)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,38}[a-z0-9]$")]
Money = Annotated[
    Decimal,
    Field(ge=0, le=1_000_000),
    BeforeValidator(_number),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 1_000_000}),
]
Quantity = Annotated[
    Decimal,
    BeforeValidator(quantity),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": MOST}),
]


def _whole(value: object) -> object:
    # A Literal compares, and true equals 1.
    if type(value) is not int:
        raise ValueError("input should be a whole number")
    return value


def _day(value: object) -> object:
    # Pydantic takes seconds since 1970 for a date, even as text.
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(DAY, value):
        raise ValueError("input should be a day of this century, such as 2026-11-23")
    return date.fromisoformat(value)


WholeNumber = BeforeValidator(_whole)
DAY: Final = r"20\d\d-\d\d-\d\d"
Day = Annotated[
    date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "pattern": f"^{DAY}$"})
]


def _versioned(image: str) -> str:
    if image.endswith(":latest"):
        raise ValueError(f"{image!r} names no version; allowed is any tag but latest, with or without a digest")
    return image


Image = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9._/:-]*:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@sha256:[0-9a-f]{64})?$"),
    AfterValidator(_versioned),
]
#: With its digest: what is run stays what was read.
PinnedImage = Annotated[
    str,
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*(:\d+)?(/[a-z0-9._-]+)+(:[\w.-]+)?@sha256:[0-9a-f]{64}$"),
]
_RetentionDays = Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557]
LogRetentionDays = Annotated[_RetentionDays, WholeNumber]

Capability = Literal[
    "documents",
    "cache",
    "search",
    "workflow",
    "registry",
    "secrets",
    "agent",
    "metrics",
    "dashboards",
    "logs",
    "traces",
    "mesh",
    "admission",
    "volumes",
    "backup",
    "platform",
]


class Measurement(Section):
    """One window of a measured volume: what was counted, by whom, and on which day."""

    window: Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{3}-(0[1-9]|1[0-2])$")] = Field(
        description="month, YYYY-MM"
    )
    value: Quantity = Field(
        description="GB of logs, or number of traces; up to 100 GB and 100,000 traces AWS keeps them, beyond "
        "it Loki and Tempo do, and two windows in a row turn that"
    )
    source: Text = Field(description="where the figure was read; shown with the decision")
    measured_on: Day = Field(
        description="when it was counted, not before the window is over; a day that is still to come decides nothing"
    )
    example: bool = Field(default=False, description="true while the figure stands in for a real measurement")

    @property
    def last_day(self) -> date:
        """The day that ends the window; before it nobody can have counted a whole month."""
        year, month = map(int, self.window.split("-"))
        return date(year, month, monthrange(year, month)[1])


class Need(Section):
    """A recorded need, or its recorded absence; a bare flag decides nothing."""

    needed: bool = Field(
        description="true builds Istio for meshFeatures, and Tempo for traceCustomisation whatever the volumes are"
    )
    reason: Text = Field(description="why, in a sentence that stands beside the decision")
    owner: Text = Field(description="team that recorded it; stands beside the decision")
    recorded_on: Day = Field(description="a day that is still to come decides nothing")


class Waiver(Section):
    """A waiver of a policy or a ledger row, for the resources whose URN matches, until a day."""

    policy: Text | None = Field(
        default=None, description="name of the policy whose findings are waived; either this or row"
    )
    row: Capability | None = Field(
        default=None, description="capability whose findings are waived, by whichever policy; either this or policy"
    )
    urn: Text = Field(description="URN pattern; * stands for any text")
    reason: Text = Field(description="why it is accepted for now; stands beside each finding it covers")
    owner: Text = Field(description="team that answers for it; counts only if stacks/waiver-owners.yaml lists it")
    ticket: Text = Field(description="where the work to do without it is tracked; stands beside each finding, too")
    expires: Day = Field(description="last day on which it counts; in prod at most 366 days ahead")
