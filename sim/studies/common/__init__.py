"""What the studies share: how a verb is declared, how cells are run, the folder of what is left behind."""
