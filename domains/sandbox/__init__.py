"""What runs inside the sandbox. Plain standard library: nothing else is to be had in there."""
