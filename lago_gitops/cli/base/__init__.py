"""What commands share: options, output, exit codes, signals, and the files that they leave."""
