"""What is in stock, and what of it is held for orders."""
