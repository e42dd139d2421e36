"""The estate of the comparison of controls, as a Pulumi program."""
