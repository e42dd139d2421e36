"""Controls of CloudFront."""
