"""Is the manifest right?"""
