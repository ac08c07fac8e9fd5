"""What people do: each operation a plain function over one transaction, which knows no protocol and waits for nothing."""
