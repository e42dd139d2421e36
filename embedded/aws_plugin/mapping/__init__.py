"""How the SDK's types and properties correspond to the Terraform provider's: found once, then kept in `map.db`."""
