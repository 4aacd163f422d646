"""The REST API: the catalogue to read, overrides to change, all of it for scripts."""
