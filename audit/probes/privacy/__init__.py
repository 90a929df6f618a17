"""What of its training text does a model give away? `exposure` ranks planted secrets and finds repeated texts."""
