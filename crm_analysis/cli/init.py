"""``crm-analysis init``: a company file to begin with."""
