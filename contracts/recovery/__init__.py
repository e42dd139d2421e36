"""What recovery is asked for: scenarios, targets, and the plans that meet them."""
