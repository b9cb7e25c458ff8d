"""What the product does: all rules and all SQL."""
