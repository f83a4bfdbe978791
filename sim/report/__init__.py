"""What people read: tables, figures, words. Reads results only, never the world."""
