"""Scripts that make the shipped model and the figures that go with it."""
