"""What a stack promises to the stacks that read it: one typed record a layer."""
