"""How connections are drawn: matrix, diagram, labels. Pure: no queries."""
