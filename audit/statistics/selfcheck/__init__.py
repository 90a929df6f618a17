"""The audit audits itself: `study` asks how often it decides wrongly, of respondents that `simulation` makes up."""
