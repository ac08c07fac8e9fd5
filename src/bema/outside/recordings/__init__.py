"""Video and sound: what somebody uploads becomes a file that browsers play, made by a process that can touch nothing else."""
