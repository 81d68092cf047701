"""What one item costs in one span: fees of every type, in the form of Lago's fee object."""
