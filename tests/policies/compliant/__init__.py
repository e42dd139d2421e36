"""Programs as they should be, one for each AWS service; together they are one compliant stack."""
