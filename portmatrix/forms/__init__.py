"""The forms in which editors write overrides and deployments."""
