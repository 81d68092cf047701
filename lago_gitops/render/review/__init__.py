"""What a reviewer has to see of a plan, in order of importance, for any output format."""
