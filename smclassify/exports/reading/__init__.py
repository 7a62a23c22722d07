"""Opening what a user names, and reading it as rows, whatever the format."""
