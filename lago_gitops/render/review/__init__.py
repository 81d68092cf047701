"""What a reviewer has to see of a plan, in the order in which it matters; how it looks is for others to say."""
