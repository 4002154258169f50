"""What `tests/clients/run` and the scripts of the clients share."""
