"""Small tools that know nothing of ports."""
