"""The running service: the platform, the web, delivery and the composition roots."""
