"""Exports as AWS writes them, with rows of our own making, and the lines of a bill to hold against them."""

from decimal import Decimal

from pricing.bill import Bill, Line
from pricing.book import Book
from pricing.reconcile.billed import read_export
from pricing.reconcile.compare import Scope, compare

BOOK = Book.load()
D = Decimal
SCOPE = Scope(environment="dev", project="alphacar-landing-zone")

CUR = (
    "identity/LineItemId,bill/BillingPeriodStartDate,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,"
    "lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,"
    "resourceTags/user:decision,resourceTags/user:environment,resourceTags/user:project"
)
CUR2 = (
    "bill_billing_period_start_date,line_item_line_item_type,line_item_usage_start_date,line_item_usage_end_date,"
    "line_item_product_code,line_item_usage_type,line_item_usage_amount,line_item_currency_code,line_item_unblended_cost,"
    "resource_tags"
)
FOCUS = (
    "BilledCost,BillingCurrency,BillingPeriodStart,ChargeCategory,ChargeClass,ChargePeriodStart,ChargePeriodEnd,"
    "ConsumedQuantity,ServiceName,Tags,x_ServiceCode,x_UsageType"
)
BILL = (
    "InvoiceID,RecordType,BillingPeriodStartDate,BillingPeriodEndDate,ProductCode,UsageType,UsageQuantity,CurrencyCode,"
    "CostBeforeTax,Credits,TaxAmount,TotalCost"
)


def cur(*lines, month="2026-10", end="2026-11-01", start=""):
    """A legacy report of whole-month lines: (type, product, usage type, amount, cost, decision, environment)."""
    start = start or f"{month}-01"
    rows = [
        f"x,{month}-01T00:00:00Z,{kind},{start}T00:00:00Z,{end}T00:00:00Z,{product},{name},{amount},USD,{usd},{decision},"
        f"{environment},{'alphacar-landing-zone' if environment else ''}"
        for kind, product, name, amount, usd, decision, environment in lines
    ]
    return "\n".join([CUR, *rows]) + "\n"


def used(product, name, amount, usd, *tags):
    """A line of usage, with the tags decision and environment where it carries them."""
    decision, environment = tags or ("", "")
    return ("Usage", product, name, amount, usd, decision, environment)


def saved(folder, text, name="export.csv", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


def read(folder, text, month="", today=None, name="export.csv"):
    return read_export([saved(folder, text, name)], month, today)


def line(price, quantity, capability="platform", *, fraction="", urn="urn:x", usd=None):
    """A line as the meter makes it of a flat price."""
    entry = BOOK.price(price)
    rate = entry.usd * (BOOK.price(fraction).usd if fraction else 1)
    amount = D(quantity) * rate if usd is None else D(usd)
    return Line(
        urn=urn,
        capability=capability,
        item=price,
        quantity=D(quantity),
        unit=entry.unit,
        usd_per_unit=rate,
        usd_per_month=amount,
        usd_per_month_low=amount,
        usd_per_month_high=amount,
        basis="fixed",
        confidence="exact",
        source="a test",
        as_of=None,
        price=price,
        fraction=fraction,
    )


def compared(billed, *lines, scope=SCOPE):
    return compare("dev", Bill(lines=lines, unpriced=()), billed, BOOK, scope)


def row(found, name):
    (only,) = [each for each in found.rows if each.name == name]
    return only
