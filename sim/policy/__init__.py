"""Policy as data: what measure files may say, when owners know it, and what it amounts to."""
