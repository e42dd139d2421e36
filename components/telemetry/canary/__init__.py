"""What runs in canaries; packed into their archive, never imported here."""
