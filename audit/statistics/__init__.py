"""`proportions`, `means`, `contrasts` of two groups (`clustered`: with vignettes), `variance` and `gaps` give
intervals; `harms` makes findings of them, `groups` and `group_gaps` tables. `power` and `multiplicity` qualify them;
`accuracy` and `task_metrics` score tasks; `selfcheck` asks how often all this decides wrongly.
"""
