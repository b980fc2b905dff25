"""What the outside world can ask over HTTP: the platform's pushes, the API, the pages, health."""
