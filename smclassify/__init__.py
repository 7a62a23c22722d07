"""smclassify: reads draft posts and incoming comments before they become mistakes."""

__version__ = "0.1.0"
