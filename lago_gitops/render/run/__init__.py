"""What a run found and did, as data: facts, findings, outcomes, test cases, and how far it is."""
