"""The demo square: an invented city that shows newcomers, tests and screenshots what the server is like when it is lived in."""
