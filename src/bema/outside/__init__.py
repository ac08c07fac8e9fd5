"""The only door to the world: time, mail, pictures, stored media, proofs of who signs in, and news between threads."""
