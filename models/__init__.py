"""What is true: rules, tables, queries and the actions that change them."""
