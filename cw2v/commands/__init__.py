"""The commands of ``cw2v``: each module has ``add(commands)``, which gives the parser a command, and its ``run``."""
