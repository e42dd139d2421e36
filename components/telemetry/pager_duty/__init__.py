"""What runs in the function that forwards to PagerDuty; packed into its archive, never imported here."""
