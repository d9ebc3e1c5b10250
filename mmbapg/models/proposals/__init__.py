"""What becomes of proposals once they are found."""
