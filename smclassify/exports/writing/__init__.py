"""Writing rows so that nothing is lost, half-written, or run by a spreadsheet."""
