"""The price book of Seoul: what one unit costs, who says so, when, and how sure that is."""

from pricing.book.book import Book, PriceBookError, current_book, priced
from pricing.book.price import FACTORS, Price, Tier, cost, cost_high

__all__ = ["FACTORS", "Book", "Price", "PriceBookError", "Tier", "cost", "cost_high", "current_book", "priced"]
