"""What do the project's own policies say to a plan: who has to agree, and what is not to be done at all?"""
