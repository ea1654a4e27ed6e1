"""The tests with real servers and real clients, and what they need to start and to ask them."""
