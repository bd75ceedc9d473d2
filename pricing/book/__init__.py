"""The price book of Seoul: what one unit costs, who says so, when, and how sure that is."""

from pricing.book.book import Book, PriceBookError
from pricing.book.price import FACTORS, Confidence, Price, Tier, cost, cost_high

__all__ = ["FACTORS", "Book", "Confidence", "Price", "PriceBookError", "Tier", "cost", "cost_high"]
