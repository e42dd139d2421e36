"""What runs in the function that sets a service's databases up; packed into its archive, never imported here."""
