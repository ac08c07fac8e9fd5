"""ActivityPub on the wire: documents read and written, signatures; pure, and strict with what comes from elsewhere."""
