"""The pages: a folder for each group of readers, over what they share in `kit`."""
