"""The policy room: what a draft must not hold, as data and small recognisers."""
