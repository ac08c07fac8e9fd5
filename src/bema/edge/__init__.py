"""What comes in by HTTP: decoded, authenticated, handed to one operation, and its result rendered."""
