"""What is still to come: the plan of an environment, and how far each capability has come."""
