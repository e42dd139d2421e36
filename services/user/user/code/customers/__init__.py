"""Who people are, what they want, and what they are told."""
