"""How each kind of store is read, in an order that both sides share, so that two of any size can be held together."""
