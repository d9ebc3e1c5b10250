"""Networks that see frames over time."""
