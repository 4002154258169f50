"""The app with the models."""
