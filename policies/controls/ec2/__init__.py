"""Controls of networks, instances and volumes."""
