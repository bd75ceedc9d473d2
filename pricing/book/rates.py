"""Prices in words: what a message says of one is the book's figure, and only the sentence is written by hand."""

from __future__ import annotations

from decimal import Decimal

from pricing.book.book import Book
from pricing.money import cents


def hourly(book: Book, keys: tuple[str, str]) -> tuple[Decimal, Decimal] | None:
    """USD an hour within standard support and past it; ``None`` where the book lacks one of the two.

    ``keys`` are those of the usual price and of what extended support adds to it.
    """
    usual, more = (price.usd if (price := book.price(key)) else None for key in keys)
    return None if usual is None or more is None else (usual, usual + more)


def extended_support(book: Book, keys: tuple[str, str]) -> str:
    """``0.60 USD an hour instead of 0.10``, or that nobody knows."""
    found = hourly(book, keys)
    if found is None:
        return "more an hour, which has no price here"
    return f"{cents(found[1])} USD an hour instead of {cents(found[0])}"
