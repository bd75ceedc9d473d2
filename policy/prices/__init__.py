"""The price book of Seoul: what one unit costs, who says so, when, and how sure that is."""

from policy.prices.book import Book, PriceBookError
from policy.prices.price import FACTORS, Confidence, Price, Tier, cost, cost_high

__all__ = ["FACTORS", "Book", "Confidence", "Price", "PriceBookError", "Tier", "cost", "cost_high"]
