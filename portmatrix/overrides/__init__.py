"""Port overrides: the rule by which ports may leave their default numbers, and writing them."""
