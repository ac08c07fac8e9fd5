"""The public log's formats: RFC 6962 trees, and the C2SP's tiles, notes, checkpoints, cosignatures, proofs and policies."""
