"""What the sandbox stores: documents, usage events, and the columns by which each kind of document is found."""
