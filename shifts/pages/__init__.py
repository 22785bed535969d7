"""What the pages show, read in a constant number of queries, so that templates only draw."""
