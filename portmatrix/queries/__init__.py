"""What is asked across the whole catalogue: counts behind the choices of a filter form, and the search."""
