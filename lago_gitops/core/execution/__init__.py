"""In which order, and by which requests?"""
