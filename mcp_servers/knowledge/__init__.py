"""The knowledge base: articles for customers, searched by their words."""
