"""Adaptation: continual pretraining, supervised fine-tuning and verifier RL, through TRL's trainers."""
