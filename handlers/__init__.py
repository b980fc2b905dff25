"""What we do with what people say. Knows nothing of WeChat and never touches the network."""
