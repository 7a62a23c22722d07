"""The crisis watch: bursts against the export's own baseline, and comments that are copies."""
