"""What one item costs in one span: a fee of every sort, in the shape of Lago's fee object."""
