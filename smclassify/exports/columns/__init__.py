"""What the columns of an export are for, and what their cells say."""
