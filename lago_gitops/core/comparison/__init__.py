"""What differs between the manifests and Lago?"""
