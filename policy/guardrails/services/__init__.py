"""What is asked of services that the landing zone has none of, so that whoever adds one is asked before it is made."""
