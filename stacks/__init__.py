"""What differs per environment: typed settings, and the stack files that fill them."""
