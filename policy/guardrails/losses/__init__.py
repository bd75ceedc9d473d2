"""What the loss of a zone, of a node or of a NAT gateway takes down, and what each missing piece would cost."""
