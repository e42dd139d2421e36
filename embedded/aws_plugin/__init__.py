"""Stand-in for `pulumi-resource-aws`, for machines where the official plug-in cannot be had.

Pulumi's ResourceProvider protocol comes in, Terraform's plugin protocol 5 goes out, and HashiCorp's own
terraform-provider-aws, the code which the official plug-in wraps as well, does the work.
`install.install()` puts it where the engine looks; decision 0003 says why it exists and what it cannot do.

Values on the way: wire struct -> `values.Value` (Pulumi names) -> Terraform value (Terraform names), and back.
"""
