"""Signatures: who says something, shown by keys; the two ways of signing a request, and proofs inside a document."""
