"""From attrs classes to JSON and back, by their fields alone; knows no class and no HTTP."""
