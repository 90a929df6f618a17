"""What each command of the command line does, a module each; `chartered.cli` wires them up."""
