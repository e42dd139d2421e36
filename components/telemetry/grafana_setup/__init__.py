"""What runs in the function that fills Grafana; packed into its archive, never imported here."""
