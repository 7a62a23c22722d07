"""Measuring: what the figures of a model are, on texts it has not seen."""
