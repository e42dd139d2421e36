"""Controls of load balancers."""
