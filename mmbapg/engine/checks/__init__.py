"""What would go wrong, said before work starts."""
