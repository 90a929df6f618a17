"""Is a right answer lost, or a suggested wrong one adopted, when the question carries a bias? After BiasMedQA."""
