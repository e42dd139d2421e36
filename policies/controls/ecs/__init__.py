"""Controls of ECS."""
