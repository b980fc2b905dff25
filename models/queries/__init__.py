"""Who may read what. Nothing here changes anything."""
