"""What the answers of the service mean: its dialect as pure functions, which send nothing."""
