"""What the account adds to a stack's bill, or takes off: support, discounts, commitments, free tiers, a currency."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from stacks.section import Day, Money, Section, Text

Percent = Annotated[Money, Field(le=100)]


#: Services of the price book, as its keys begin; a test holds the list to the book.
Service = Literal[
    "acm",
    "amp",
    "backup",
    "budgets",
    "cloudtrail",
    "cloudwatch",
    "config",
    "docdb",
    "ec2",
    "ecr",
    "ecs",
    "eks",
    "elasticache",
    "elb",
    "grafana",
    "guardduty",
    "kms",
    "lambda",
    "mwaa",
    "opensearch",
    "rds",
    "route53",
    "s3",
    "secretsmanager",
    "sns",
    "transfer",
    "vpc",
    "xray",
]


class Discount(Section):
    """What AWS has agreed to take off a bill: a share of everything, or of what one service bills."""

    percent: Percent = Field(description="% off what free tiers and commitments leave")
    source: Text = Field(description="agreement that says so; stands beside the amount")
    service: Service | None = Field(default=None, description="as the price book calls it; unset: everything")


class Commitment(Section):
    """A Savings Plan or reservation: what it costs a month, and what it stands for at list price, which is more."""

    usd_per_month: Money = Field(description="its price, paid whether it covers anything or not")
    covers_usd_per_month: Money = Field(description="of on-demand lines that it takes the place of")
    source: Text = Field(description="what was bought; stands beside the amount")
    ends: Day = Field(description="last day on which it covers anything")

    @model_validator(mode="after")
    def _saves(self) -> Commitment:
        if self.usd_per_month > self.covers_usd_per_month:
            raise ValueError(
                f"costs more than what it stands for at list price: {self.usd_per_month} > {self.covers_usd_per_month}"
            )
        return self


class Exchange(Section):
    """Units of a currency for one USD: bills come in USD, and the rate is for people who plan in another currency."""

    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = Field(
        description="ISO 4217 code other than USD, such as KRW; reports show the bill in it as well"
    )
    per_usd: Annotated[Money, Field(gt=0)] = Field(description="units of the currency for one USD")
    as_of: Day = Field(description="day of the rate; it is not looked up")
    source: Text = Field(description="where the rate was read; stands beside amounts")

    @model_validator(mode="after")
    def _another(self) -> Exchange:
        if self.currency == "USD":
            raise ValueError("must be another currency than USD, in which AWS bills")
        return self

    def of(self, usd: Decimal | int) -> Decimal:
        """The amount in whole units of the currency."""
        return (Decimal(usd) * self.per_usd).quantize(Decimal(1))


class Account(Section):
    """Lines of the account that the stack stands in; they are counted once, however many stacks it holds."""

    support_plan: Literal["basic", "business-support-plus"] = Field(
        default="basic",
        description="AWS's support; its price, a share of the bill, is a line of the account's, and basic is free",
    )
    free_tiers: bool = Field(default=False, description="whether this stack alone has the account's free tiers")
    discounts: dict[Text, Discount] = Field(default_factory=dict)
    commitments: dict[Text, Commitment] = Field(default_factory=dict)
    exchange: Exchange | None = None


def ended(commitment: Commitment, today: date) -> bool:
    """Whether a commitment covers nothing any more."""
    return commitment.ends < today
