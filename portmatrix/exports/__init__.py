"""Listings as files: tables that know nothing of HTTP, and the writers that turn their rows into CSV or XLSX."""
