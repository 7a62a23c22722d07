"""The second job over whole exports: every row comes back once, with what it is beside it."""
