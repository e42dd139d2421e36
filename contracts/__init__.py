"""What is promised: pure pydantic models, no Pulumi, no AWS calls."""
