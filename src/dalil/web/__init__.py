"""The desk: where documenters, officers, reviewers and editors work, in Arabic and English."""
