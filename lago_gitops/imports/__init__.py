"""What people have today, as manifests: files in the formats of others → data in manifest form."""
