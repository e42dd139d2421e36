"""Controls of Cognito."""
