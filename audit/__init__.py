"""The audit: a respondent meets probes; findings become a verdict; the verdict gates the release."""
