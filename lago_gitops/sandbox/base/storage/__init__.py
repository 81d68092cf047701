"""What the sandbox keeps: documents, usage events, and how each kind of document is found."""
