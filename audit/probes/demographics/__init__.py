"""Does an answer change with the group of the person? `flips` compares the swaps of `chartered.audit.probes.swaps`."""
