"""From the shelf to files: building each district's public site and putting it where the public reads it."""
