"""The public methods of simple-salesforce, grouped as the library groups them."""
