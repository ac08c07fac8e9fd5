"""Live streams: who listens, what reaches them, and the two ways it goes out (WebSocket, server-sent events)."""
