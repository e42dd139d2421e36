"""Controls of EKS."""
