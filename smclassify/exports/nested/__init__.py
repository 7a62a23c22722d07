"""JSON: rows an object a line, lists of objects, and the nested answers of platforms."""
