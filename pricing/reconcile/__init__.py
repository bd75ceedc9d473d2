"""A month's bill beside what was foreseen for it: exports and invoices in, differences and an error band out."""
