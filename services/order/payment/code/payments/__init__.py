"""Takes the money for an order once, and gives it back."""
