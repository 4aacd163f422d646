"""The pages of deployments: the list, and one deployment in tabs."""
