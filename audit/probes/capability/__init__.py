"""Does the model still do what its base model could? `problems` makes the general ones by seed."""
