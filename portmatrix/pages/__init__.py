"""The HTML pages: one module a page or listing, and what they share."""
