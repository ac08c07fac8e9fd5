"""The only door to the world: time, mail, pictures, stored media, secrets that take long to check, and news between threads."""
