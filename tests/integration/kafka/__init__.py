"""The tests with a real Apache Kafka and the clients that services use."""
