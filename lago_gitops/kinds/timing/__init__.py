"""When each change of each kind reaches which invoice: facts that were measured on real servers, as one table."""
