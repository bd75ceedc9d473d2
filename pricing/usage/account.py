"""Usage read back from the AWS account: Cost Explorer for what is billed by type, CloudWatch for bytes by name."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from model import type_tokens
from model.resource import Resource
from pricing import aws_client
from pricing.aws.logs import figure_of
from pricing.aws.storage import BUCKETS, content_of
from pricing.properties import UnreadableError
from pricing.usage import cloudwatch, cost_explorer
from pricing.usage.reading import FIGURES, LOGS, TRACES, Monthly, Readings, measured, windows
from pricing.usage.usage_types import MAPPED
from stacks.offered import REGION

BILLED: Final = frozenset(entry.figure for entry in MAPPED)
NAT: Final = "natGb"
GATEWAYS: Final = "ec2:DescribeNatGateways"
ZERO: Final = Decimal(0)
#: The account in a planned name; the real one stands there at AWS.
_ACCOUNT: Final = re.compile(r"(?<!\d)\d{12}(?!\d)")
MakeClient = Callable[[str, str], Any]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is read: names ``asked`` for, over ``months``, of the environment whose stack plans ``resources``.

    ``pulled_gb`` of images come through NAT by a figure of their own.
    """

    asked: frozenset[str]
    environment: str
    resources: Sequence[Resource]
    months: Sequence[date]
    today: date
    pulled_gb: Decimal = ZERO


def readable(resources: Sequence[Resource]) -> frozenset[str]:
    """Figures and volumes that the account of a stack with ``resources`` can tell."""
    named = {each.figure for each in [*_log_groups(resources), *_buckets(resources, "")]}
    volumes = {LOGS} if "applicationLogGb" in named else set()
    return frozenset(BILLED | named | volumes | {TRACES})


def caller_account(make_client: MakeClient = aws_client.make_client, pause: aws_client.Pause = time.sleep) -> str:
    """The number of the account whose credentials are used, which needs no permission.

    Raises :class:`aws_client.AskingError` where there are none, or none that AWS takes.
    """
    caller = aws_client.asked("credentials", make_client("sts", REGION).get_caller_identity, pause=pause)
    return str(caller["Account"])


def read_account(
    question: Question,
    account: str,
    make_client: MakeClient = aws_client.make_client,
    pause: aws_client.Pause = time.sleep,
) -> Readings:
    """Everything asked for that ``account`` tells; the rest is unread, with the permission that it needs."""
    found = Readings()
    _read_bill(found, question, account, make_client, pause)
    _read_metrics(found, question, account, make_client, pause)
    for name in sorted(question.asked - found.figures.keys() - found.windows.keys() - found.unread.keys()):
        found.unread[name] = "neither Cost Explorer nor CloudWatch has it"
    found.keep(question.asked)
    return found


def _read_bill(
    found: Readings, question: Question, account: str, make_client: MakeClient, pause: aws_client.Pause
) -> None:
    wanted = {name for name in question.asked if name in BILLED or name == TRACES}
    if not wanted:
        return
    try:
        billed = cost_explorer.fetch_billed(
            make_client("ce", cost_explorer.ENDPOINT_REGION),
            account=account,
            environment=question.environment,
            months=question.months,
            pause=pause,
        )
    except aws_client.AskingError as error:
        found.unread |= dict.fromkeys(wanted, _why(error, cost_explorer.PERMISSION))
        return
    found.seen = billed.seen
    found.notes += _notes(billed, question)
    for name in sorted(wanted):
        figure = "tracesRecorded" if name == TRACES else name
        months = billed.figures.get(figure, {})
        where = f"Cost Explorer, {_types(billed.types.get(figure, ()))}"
        if figure in billed.doubts:
            found.unread[name] = billed.doubts[figure]
        elif not months:
            found.unread[name] = f"no such usage on the bill of {_run(question.months)}"
        elif name == TRACES:
            found.windows[name] = windows(months, dict.fromkeys(months, where), question.today)
        elif name == NAT and question.pulled_gb:
            rest = {month: max(value - question.pulled_gb, ZERO) for month, value in months.items()}
            found.figures[name] = measured(rest, f"{where} less {question.pulled_gb:f} GB of images")
        else:
            found.figures[name] = measured(months, where)


def _notes(billed: cost_explorer.Billed, question: Question) -> Iterable[str]:
    yield (
        "Cost Explorer's figures are of this environment's tag and of what carries none, which in an account of "
        "several environments is all of theirs."
    )
    if estimated := billed.estimated.intersection(question.months):
        yield f"AWS still calls {', '.join(f'{month:%Y-%m}' for month in sorted(estimated))} estimated."


def _read_metrics(
    found: Readings, question: Question, account: str, make_client: MakeClient, pause: aws_client.Pause
) -> None:
    series = [*_log_groups(question.resources), *_buckets(question.resources, account)]
    names = {LOGS: "applicationLogGb"}
    wanted = {names.get(name, name) for name in question.asked}
    series = [each for each in series if each.figure in wanted]
    if NAT in found.unread:
        series += _gateways(found, question, make_client, pause)
    if not series:
        return
    try:
        metered = cloudwatch.fetch_metered(make_client("cloudwatch", REGION), series, question.months, pause=pause)
    except aws_client.AskingError as error:
        lost = {name for name in question.asked if names.get(name, name) in {each.figure for each in series}}
        found.unread = {**dict.fromkeys(lost, _why(error, cloudwatch.PERMISSION)), **found.unread}
        return
    for name in sorted(question.asked):
        figure = names.get(name, name)
        if figure not in {each.figure for each in series}:
            continue
        months = metered.figures.get(figure, {})
        places = ", ".join(sorted(metered.names.get(figure, ())))
        if figure in metered.doubts:
            found.unread.setdefault(name, metered.doubts[figure])
        elif not months:
            found.unread.setdefault(name, f"CloudWatch has no data point of {_run(question.months)}")
        else:
            found.unread.pop(name, None)
            _metered(found, name, months, places, question)


def _metered(found: Readings, name: str, months: Monthly, places: str, question: Question) -> None:
    if name == LOGS:
        found.windows[name] = windows(
            months, dict.fromkeys(months, f"CloudWatch IncomingBytes of {places}"), question.today
        )
        return
    what = {"natGb": "AWS/NATGateway"}.get(name, "CloudWatch")
    if name == NAT:
        months = {month: max(value - question.pulled_gb, ZERO) for month, value in months.items()}
    found.figures[name] = measured(months, f"{what}, {places}")


def _gateways(
    found: Readings, question: Question, make_client: MakeClient, pause: aws_client.Pause
) -> list[cloudwatch.Series]:
    """A NAT gateway's own metrics, where the bill cannot be read."""
    try:
        gateways = cloudwatch.fetch_gateways(make_client("ec2", REGION), question.environment, pause)
    except aws_client.AskingError as error:
        found.unread[NAT] += f"; {_why(error, GATEWAYS)}"
        return []
    return [each for name in gateways for each in cloudwatch.nat_gateway(NAT, name)]


def _log_groups(resources: Sequence[Resource]) -> list[cloudwatch.Series]:
    found = []
    for resource in resources:
        name = resource.get("name")
        if resource.type != type_tokens.CLOUDWATCH_LOG_GROUP or not isinstance(name, str):
            continue
        try:
            figure = figure_of(resource)
        except UnreadableError:
            continue
        if figure is not None:
            found.append(cloudwatch.log_group(_key(figure), name))
    return found


def _buckets(resources: Sequence[Resource], account: str) -> list[cloudwatch.Series]:
    found = []
    for resource in resources:
        name = resource.get("bucket")
        if resource.type in BUCKETS and isinstance(name, str):
            found += cloudwatch.bucket(_key(content_of(resource)), _ACCOUNT.sub(account, name) if account else name)
    return found


def _key(figure: str) -> str:
    return next(key for key, name in FIGURES.items() if name == figure)


def _why(error: aws_client.AskingError, permission: str) -> str:
    if error.code == "DataUnavailableException":
        return "Cost Explorer has no data: it must be enabled, and needs a day after that"
    return f"{error}; it needs {permission}" if isinstance(error, aws_client.AccessError) else str(error)


def _types(types: Iterable[str]) -> str:
    return " and ".join(sorted(types))


def _run(months: Sequence[date]) -> str:
    return f"{months[0]:%Y-%m}" if len(months) == 1 else f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}"
